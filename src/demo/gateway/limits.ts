/** What one request may ask for; anything beyond is a 4xx answer. */
export interface GatewayLimits {
  /** Longest request body; beyond it the answer is 413. */
  readonly bodySizeBytes: number;
  readonly textsPerRequest: number;
  /** Longest text in UTF-16 units. */
  readonly textLength: number;
  readonly k: number;
  readonly collectionsPerRequest: number;
  readonly itemsPerIngest: number;
  /** Longest object; beyond it the answer is 413. */
  readonly objectSizeBytes: number;
  /** Longest SQL statement in UTF-16 units, and most rows of its answer. */
  readonly sqlLength: number;
  readonly sqlRows: number;
  /** How long one statement may take, and how many may wait for it. */
  readonly sqlMs: number;
  readonly sqlWaiting: number;
  /** Longest SQL filter in UTF-16 units. */
  readonly sqlFilterLength: number;
  /** Longest list of one `in` condition, and most fields of one filter. */
  readonly filterValues: number;
  /** From this many rows on, the Rust-shaped gateway ranks through an HNSW index and not by a scan. */
  readonly scanRows: number;
}

export const GATEWAY_LIMITS: GatewayLimits = {
  bodySizeBytes: 8 * 1024 * 1024,
  textsPerRequest: 1024,
  textLength: 65_536,
  k: 1000,
  collectionsPerRequest: 32,
  itemsPerIngest: 10_000,
  objectSizeBytes: 64 * 1024 * 1024,
  sqlLength: 65_536,
  sqlRows: 10_000,
  sqlMs: 5000,
  sqlWaiting: 64,
  sqlFilterLength: 16_384,
  filterValues: 1000,
  scanRows: 20_000,
};
