import type { OutcomeKind } from '../wire/outcome.ts';

/** Every arm, the incumbent's first. */
export const ARMS = ['A', 'A2', 'B', 'B2'] as const;

/** One stream of requests: incumbent, incumbent again, candidate, candidate again. */
export type Arm = (typeof ARMS)[number];

export type Side = 'incumbent' | 'candidate';

/** Which part of a run a request belongs to. */
export type Phase =
  | 'census'
  | 'quality'
  | 'latency'
  | 'throughput'
  | 'attribution'
  | 'effort'
  | 'build';

/** One operation compared across the two sides, e.g. `search` or `retrieve`. */
export type Cell = 'search' | 'retrieve';

/** One response as it came. Lists are empty where the outcome is not `ok`. */
export interface Observation {
  readonly phase: Phase;
  readonly cell: Cell;
  readonly arm: Arm;
  /** Number of the block within its phase and cell; pairs of latency blocks share `pair`. */
  readonly block: number;
  readonly pair: number;
  /** Position of the request within its block. */
  readonly sequence: number;
  /** Query id, or `collection/id` of the document in the census. */
  readonly queryId: string;
  readonly k: number;
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  /** One line about a failure; empty when ok. */
  readonly detail: string;
  /** Milliseconds since the run began. */
  readonly startedMs: number;
  readonly latencyMs: number;
  readonly sizeBytes: number;
  /** Whether the query had been sent to this side before in this run. */
  readonly firstTouch: boolean;
  readonly ids: readonly string[];
  /** Empty string where the backend does not say which collection a hit came from. */
  readonly collections: readonly string[];
  readonly similarities: readonly number[];
  readonly rawScores: readonly number[];
}

/** Embeddings of one side, in the order of `ids`; `values` is row-major, `ids.length × dimension`. */
export interface VectorTable {
  readonly ids: readonly string[];
  readonly dimension: number;
  readonly values: Float32Array;
}
