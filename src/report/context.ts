/** A backend as reports name it. */
export interface DescribedBackend {
  readonly url: string;
  /** Dialect, service, version and model in a few words, from what it says of itself. */
  readonly about: string;
}

/** What a report says about the run itself, beside findings and verdict. */
export interface ReportContext {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
  readonly corpusHash: string;
  readonly incumbent: DescribedBackend;
  readonly candidate: DescribedBackend;
  readonly machine: string;
  readonly node: string;
  /** Set where the report shows the sides exchanged. */
  readonly swapped: boolean;
}
