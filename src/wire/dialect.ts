import type {
  ChatRequest,
  ChatResponse,
  EmbedRequest,
  EmbedResponse,
  HealthResponse,
  HitsResponse,
  IngestRequest,
  IngestResponse,
  RetrieveRequest,
  SearchRequest,
  SqlRequest,
  SqlResponse,
  StorageDeleteRequest,
  StorageDeleteResponse,
  StorageGetRequest,
  StorageGetResponse,
  StorageListRequest,
  StorageListResponse,
  StoragePutRequest,
  StoragePutResponse,
} from './operations.ts';

/** One HTTP request of a dialect; `path` begins with `/` and is joined to the backend's base URL. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON value, sent as `application/json`. */
  readonly json?: unknown;
  /** A body that is no JSON, sent as `application/octet-stream`; not together with `json`. */
  readonly bytes?: Uint8Array;
}

/** What came back from a request that was answered with status 200–299. */
export interface WireReply {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * How one operation is spoken to one kind of backend.
 * `encode` gives one request, or several where the backend cannot express the operation in one;
 * they are sent in order and `decode` receives all replies.
 */
export interface Route<Request, Response> {
  /** Path shown in tables and the ledger, e.g. `/v1/matrix/retrieve`. */
  readonly path: string;
  readonly encode: (request: Request) => readonly WireRequest[];
  /** @throws MalformedReplyError where a body is not what the dialect promises. */
  readonly decode: (replies: readonly WireReply[], request: Request) => Response;
}

/** How objects are stored and read; a backend offers all four or has no storage. */
export interface StorageRoutes {
  readonly put: Route<StoragePutRequest, StoragePutResponse>;
  readonly get: Route<StorageGetRequest, StorageGetResponse>;
  readonly list: Route<StorageListRequest, StorageListResponse>;
  readonly delete: Route<StorageDeleteRequest, StorageDeleteResponse>;
}

/** How one kind of backend is spoken to: a plain object of small functions. */
export interface Dialect {
  readonly name: string;
  /** Options and version of the mapping, hashed into every verdict. */
  readonly fingerprint: string;
  readonly health: Route<Record<string, never>, HealthResponse>;
  readonly embed?: Route<EmbedRequest, EmbedResponse>;
  readonly search?: Route<SearchRequest, HitsResponse>;
  readonly retrieve?: Route<RetrieveRequest, HitsResponse>;
  readonly ingest?: Route<IngestRequest, IngestResponse>;
  readonly sql?: Route<SqlRequest, SqlResponse>;
  readonly storage?: StorageRoutes;
  readonly chat?: Route<ChatRequest, ChatResponse>;
}

/** The body of a reply is not what its dialect promises: an outcome to be counted, not a crash. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

/** A dialect cannot express a canonical request in its backend's wire form; ends as outcome `unsupported`. */
export class UnsupportedRequestError extends Error {
  override readonly name = 'UnsupportedRequestError';
}
