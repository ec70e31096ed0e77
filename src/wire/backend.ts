import type { Dialect } from './dialect.ts';
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
import type { Outcome } from './outcome.ts';

/** The object storage of one backend. */
export interface BackendStorage {
  put(request: StoragePutRequest, signal?: AbortSignal): Promise<Outcome<StoragePutResponse>>;
  get(request: StorageGetRequest, signal?: AbortSignal): Promise<Outcome<StorageGetResponse>>;
  list(request: StorageListRequest, signal?: AbortSignal): Promise<Outcome<StorageListResponse>>;
  delete(
    request: StorageDeleteRequest,
    signal?: AbortSignal,
  ): Promise<Outcome<StorageDeleteResponse>>;
}

/** One backend as the suite sees it: canonical operations in, outcomes out; never throws for what a backend does. */
export interface Backend {
  readonly url: string;
  readonly dialect: Dialect;
  health(signal?: AbortSignal): Promise<Outcome<HealthResponse>>;
  embed(request: EmbedRequest, signal?: AbortSignal): Promise<Outcome<EmbedResponse>>;
  search(request: SearchRequest, signal?: AbortSignal): Promise<Outcome<HitsResponse>>;
  retrieve(request: RetrieveRequest, signal?: AbortSignal): Promise<Outcome<HitsResponse>>;
  ingest(request: IngestRequest, signal?: AbortSignal): Promise<Outcome<IngestResponse>>;
  sql(request: SqlRequest, signal?: AbortSignal): Promise<Outcome<SqlResponse>>;
  readonly storage: BackendStorage;
  chat(request: ChatRequest, signal?: AbortSignal): Promise<Outcome<ChatResponse>>;
  close(): Promise<void>;
}
