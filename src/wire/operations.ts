import type { Filter, Metadata } from '../corpus/types.ts';

/** Canonical requests and responses. A dialect turns them into one backend's wire form. */
export interface EmbedRequest {
  readonly texts: readonly string[];
  /** What the texts are: some models embed queries otherwise than documents. */
  readonly kind: 'query' | 'document';
  readonly model?: string;
}

export interface EmbedResponse {
  /** One vector a text, in the order of the texts. */
  readonly vectors: readonly Float32Array[];
  readonly dimension: number;
  readonly model: string | null;
}

export interface Hit {
  readonly id: string;
  /** Name of the collection the hit came from; null where the backend does not say. */
  readonly collection: string | null;
  /** Higher is nearer; cosine where the backend gives cosine. NaN where the score was no finite number. */
  readonly similarity: number;
  /** The score as it came over the wire. */
  readonly rawScore: number;
  readonly metadata?: Metadata;
}

/** Exactly one of `text` and `vector` is given. */
export interface SearchRequest {
  readonly collection: string;
  readonly text?: string;
  readonly vector?: Float32Array;
  readonly k: number;
  readonly filter?: Filter;
  readonly model?: string;
  /** Value of the setting that the capabilities name as effort. */
  readonly effort?: number;
  /** Search every row instead of the index. */
  readonly exact?: boolean;
}

export interface RetrieveRequest {
  readonly collections: readonly string[];
  readonly text?: string;
  readonly vector?: Float32Array;
  readonly k: number;
  readonly perCollectionK?: number;
  readonly filter?: Filter;
  readonly model?: string;
  /** As in a search. */
  readonly effort?: number;
  readonly exact?: boolean;
}

export interface HitsResponse {
  /** In response order: rank is position, never the order of scores. */
  readonly hits: readonly Hit[];
}

export interface HealthResponse {
  readonly service: string | null;
  readonly version: string | null;
}

export interface DescribeRequest {
  readonly collection: string;
}

/** How near two vectors are, in the terms of the index. */
export type Distance = 'cosine' | 'dot' | 'euclidean' | 'manhattan' | 'hamming';

/** What a backend says of a collection; null where it does not say. */
export interface CollectionInfo {
  /** False where there is no such collection yet, and `count` is 0; absent where there is one. */
  readonly exists?: boolean;
  readonly count: number | null;
  /** Rows that are in the index: fewer than `count` where it lags behind. */
  readonly indexedCount: number | null;
  readonly dimension: number | null;
  readonly distance: Distance | null;
  /** Kind of the index, e.g. `hnsw`, `ivfflat`, `flat`. */
  readonly index: string | null;
  /** How stored vectors are compressed, e.g. `none`, `int8`, `binary`. */
  readonly quantisation: string | null;
  /** Whether the side was told to store them just so; absent where it was not. */
  readonly quantisationAsked?: boolean;
  /** Whether the side was told to search every row; absent where it was not. */
  readonly exactAsked?: boolean;
  /** Parameters of the index by the backend's own names, e.g. `{ m: 16, ef_construction: 64 }`. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Bytes that the index takes where it lies; absent or null where the backend does not say. */
  readonly indexBytes?: number | null;
  readonly serverVersion: string | null;
}

export interface ListRequest {
  readonly collection: string;
  /** Most documents of one page. */
  readonly limit: number;
  /** What the page before gave to go on from. */
  readonly cursor?: string;
  /** Whether stored vectors are wanted too. */
  readonly vectors: boolean;
}

export interface ListResponse {
  readonly documents: readonly {
    readonly id: string;
    readonly metadata?: Metadata;
    readonly vector?: Float32Array;
  }[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

export interface IngestRequest {
  readonly collection: string;
  readonly documents: readonly {
    readonly id: string;
    readonly text: string;
    readonly metadata: Metadata;
    readonly vector?: Float32Array;
  }[];
  /** No more documents follow: what is built after loading, such as an index, is built before this is answered. */
  readonly isLast?: boolean;
}

export interface IngestResponse {
  readonly accepted: number;
}

export interface SqlRequest {
  readonly statement: string;
}

/** One value of a row; whole numbers beyond 2^53 are exact, lists and objects come as their JSON text. */
export type SqlValue = null | boolean | string | number | bigint;

export interface SqlColumn {
  readonly name: string;
  /** The backend's own name of the type; null where it does not say. */
  readonly type: string | null;
}

export interface SqlResponse {
  readonly columns: readonly SqlColumn[];
  /** In response order; one value a column. */
  readonly rows: readonly (readonly SqlValue[])[];
}

export interface StoragePutRequest {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** `sizeBytes` is what the backend says it stored; null where it does not say. */
export interface StoragePutResponse {
  readonly sizeBytes: number | null;
}

export interface StorageGetRequest {
  readonly key: string;
  /** First and last byte that are wanted, both included. */
  readonly range?: { readonly first: number; readonly last: number };
}

export interface StorageGetResponse {
  readonly bytes: Uint8Array;
  /** Whether the backend says that it sent a part. */
  readonly partial: boolean;
}

export interface StorageDeleteRequest {
  readonly key: string;
}

export type StorageDeleteResponse = Record<string, never>;

export interface StorageListRequest {
  readonly prefix: string;
  /** Most keys of one page; absent: the backend's own limit. */
  readonly limit?: number;
  /** What the page before gave to go on from. */
  readonly cursor?: string;
}

export interface StorageListResponse {
  /** In response order. */
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number | null }[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly provider?: string;
  readonly model?: string;
}

export interface ChatResponse {
  readonly content: string;
  readonly provider: string | null;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** Every operation by name, with its request and its response. */
export interface OperationTypes {
  readonly health: { readonly request: Record<string, never>; readonly response: HealthResponse };
  readonly describe: { readonly request: DescribeRequest; readonly response: CollectionInfo };
  readonly embed: { readonly request: EmbedRequest; readonly response: EmbedResponse };
  readonly search: { readonly request: SearchRequest; readonly response: HitsResponse };
  readonly retrieve: { readonly request: RetrieveRequest; readonly response: HitsResponse };
  readonly list: { readonly request: ListRequest; readonly response: ListResponse };
  readonly ingest: { readonly request: IngestRequest; readonly response: IngestResponse };
  readonly sql: { readonly request: SqlRequest; readonly response: SqlResponse };
  readonly chat: { readonly request: ChatRequest; readonly response: ChatResponse };
  readonly 'storage put': {
    readonly request: StoragePutRequest;
    readonly response: StoragePutResponse;
  };
  readonly 'storage get': {
    readonly request: StorageGetRequest;
    readonly response: StorageGetResponse;
  };
  readonly 'storage list': {
    readonly request: StorageListRequest;
    readonly response: StorageListResponse;
  };
  readonly 'storage delete': {
    readonly request: StorageDeleteRequest;
    readonly response: StorageDeleteResponse;
  };
}

/** The request that an operation takes. */
export type RequestOf<Name extends keyof OperationTypes> = OperationTypes[Name]['request'];

/** The response that an operation gives. */
export type ResponseOf<Name extends keyof OperationTypes> = OperationTypes[Name]['response'];
