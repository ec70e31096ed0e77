import type { Dialect } from './dialect.ts';
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
import type { Outcome } from './outcome.ts';

/** One backend as the suite sees it: canonical operations in, outcomes out; never throws for what a backend does. */
export interface Backend {
  readonly url: string;
  readonly dialect: Dialect;
  health(signal?: AbortSignal): Promise<Outcome<HealthResponse>>;
  embed(request: EmbedRequest, signal?: AbortSignal): Promise<Outcome<EmbedResponse>>;
  search(request: SearchRequest, signal?: AbortSignal): Promise<Outcome<HitsResponse>>;
  retrieve(request: RetrieveRequest, signal?: AbortSignal): Promise<Outcome<HitsResponse>>;
  ingest(request: IngestRequest, signal?: AbortSignal): Promise<Outcome<IngestResponse>>;
  close(): Promise<void>;
}
