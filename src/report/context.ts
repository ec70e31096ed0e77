/** What a report says about the run itself, beside findings and verdict. */
export interface ReportContext {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
  readonly corpusHash: string;
  readonly incumbent: string;
  readonly candidate: string;
  readonly machine: string;
  readonly node: string;
  /** Set where the report shows the sides exchanged. */
  readonly swapped: boolean;
}
