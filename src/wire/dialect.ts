import type {
  EmbedRequest,
  EmbedResponse,
  HealthResponse,
  HitsResponse,
  IngestRequest,
  IngestResponse,
  RetrieveRequest,
  SearchRequest,
} from './operations.ts';

/** One HTTP request of a dialect; `path` begins with `/` and is joined to the backend's base URL. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON value, sent as `application/json`. */
  readonly json?: unknown;
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
}

/** The body of a reply is not what its dialect promises: an outcome to be counted, not a crash. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

/** A dialect cannot express a canonical request in its backend's wire form; ends as outcome `unsupported`. */
export class UnsupportedRequestError extends Error {
  override readonly name = 'UnsupportedRequestError';
}
