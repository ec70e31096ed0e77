import type { Capabilities } from './capabilities.ts';
import type {
  ChatRequest,
  ChatResponse,
  CollectionInfo,
  DescribeRequest,
  EmbedRequest,
  EmbedResponse,
  HealthResponse,
  HitsResponse,
  IngestRequest,
  IngestResponse,
  ListRequest,
  ListResponse,
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
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON value, sent as `application/json`. */
  readonly json?: unknown;
  /** Any other body, sent as `application/octet-stream` unless `headers` name a type; not together with `json`. */
  readonly bytes?: Uint8Array;
  /** Statuses that are answers beside 2xx, e.g. 404 where a thing may not be there. */
  readonly answers?: readonly number[];
  /** Waited before it is sent, e.g. before looking again. */
  readonly afterMs?: number;
}

/** A request as a backend receives it, whichever client sends it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Begins with `/`; the query string is part of it. */
  readonly path: string;
  /** The body as a JSON value, in which a whole number beyond 2^53 is a bigint; undefined where it is none. */
  readonly json: unknown;
}

/** A question that somebody else asked, in canonical form: operations that never change what is stored. */
export type ReadRequest =
  | { readonly operation: 'search'; readonly request: SearchRequest }
  | { readonly operation: 'retrieve'; readonly request: RetrieveRequest };

/** What came back from a request that was answered with status 200–299, or one of its `answers`. */
export interface WireReply {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What `describe` found out that later requests need, e.g. `{ uuid: '…' }` of a collection. */
export type Handle = Readonly<Record<string, string>>;

/** What is known when a request is encoded. */
export interface EncodeContext {
  /** The handle that `describe` gave for a collection; empty where the dialect has none. */
  readonly handleOf: (collection: string) => Handle;
}

/** The context of a dialect that has no `describe`. */
export const NO_HANDLES: EncodeContext = { handleOf: () => ({}) };

/**
 * How one operation is spoken to one kind of backend.
 * `encode` gives one request, or several where the backend cannot express the operation in one;
 * they are sent in order and `decode` receives all replies. All are synchronous and pure.
 */
export interface Route<Request, Response> {
  /** Path shown in tables and the ledger, e.g. `/v1/matrix/retrieve`. */
  readonly path: string;
  /** @throws UnsupportedRequestError for what the backend cannot express. */
  readonly encode: (request: Request, context: EncodeContext) => readonly WireRequest[];
  /**
   * What has to be asked after what was answered so far; none: that was all. Only where one request needs what an
   * earlier one answered: a cursor, a task to wait for.
   * @throws MalformedReplyError or RejectedReplyError, as `decode` does.
   */
  readonly next?: (
    replies: readonly WireReply[],
    request: Request,
    context: EncodeContext,
  ) => readonly WireRequest[];
  /**
   * @throws MalformedReplyError where a body is not what the dialect promises, RejectedReplyError where it is an
   * error in spite of its status.
   */
  readonly decode: (
    replies: readonly WireReply[],
    request: Request,
    context?: EncodeContext,
  ) => Response;
}

/** How objects are stored and read; a backend offers all four or has no storage. */
export interface StorageRoutes {
  readonly put: Route<StoragePutRequest, StoragePutResponse>;
  readonly get: Route<StorageGetRequest, StorageGetResponse>;
  readonly list: Route<StorageListRequest, StorageListResponse>;
  readonly delete: Route<StorageDeleteRequest, StorageDeleteResponse>;
}

/** What `describe` gives, and what later requests about the same collection need. */
export type Described = CollectionInfo & { readonly handle?: Handle };

/**
 * How one kind of backend is spoken to: a plain object of small functions. What `search` and `retrieve` take (text,
 * vector, filter, several collections) is found by encoding a sample; `takes` says it where that does not show.
 */
export interface Dialect {
  readonly name: string;
  /** Options and version of the mapping, hashed into every verdict. */
  readonly fingerprint: string;
  readonly health: Route<Record<string, never>, HealthResponse>;
  /** Asked once a collection before its first other request, where there is one. */
  readonly describe?: Route<DescribeRequest, Described>;
  readonly embed?: Route<EmbedRequest, EmbedResponse>;
  readonly search?: Route<SearchRequest, HitsResponse>;
  readonly retrieve?: Route<RetrieveRequest, HitsResponse>;
  readonly list?: Route<ListRequest, ListResponse>;
  readonly ingest?: Route<IngestRequest, IngestResponse>;
  readonly sql?: Route<SqlRequest, SqlResponse>;
  readonly storage?: StorageRoutes;
  readonly chat?: Route<ChatRequest, ChatResponse>;
  /** Every route that answers `search`, by the name of its endpoint, where a backend has several. */
  readonly searches?: Readonly<Record<string, Route<SearchRequest, HitsResponse>>>;
  /**
   * Reads a question as clients send it to this backend; null for what is no search and no retrieve, or says what
   * the canonical form cannot. Pure. It is what `bench capture` and `bench shadow` read traffic by.
   */
  readonly decodeRequest?: (received: ReceivedRequest) => ReadRequest | null;
  /** Capabilities that cannot be read off the routes: exact, effort, vectors, ingest, limits of embed. */
  readonly takes?: Partial<Omit<Capabilities, 'operations'>>;
}

/** The body of a reply is not what its dialect promises: an outcome to be counted, not a crash. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

/** The reply is sound JSON in another form than its dialect reads: the dialect does not fit, and no proxy is to blame. */
export class OtherFormError extends MalformedReplyError {}

/** Code of an outcome that ended so. */
export const OTHER_FORM = 'OTHER_FORM';

/** A reply with a good status says that the request failed: ends as outcome `rejected`. */
export class RejectedReplyError extends Error {
  override readonly name = 'RejectedReplyError';
}

/** A dialect cannot express a canonical request in its backend's wire form; ends as outcome `unsupported`. */
export class UnsupportedRequestError extends Error {
  override readonly name = 'UnsupportedRequestError';
}
