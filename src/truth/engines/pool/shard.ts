import type { SharedFloors } from '../integer/shared-floors.ts';
import type { QueryGroup } from '../prepare.ts';

/** Rows of the corpus that one worker searches. */
export interface ShardSource {
  readonly dimension: number;
  /** Row-major float32 values of these rows alone; may lie in shared memory. */
  readonly values: Float32Array;
  /** Squared norm of each row. */
  readonly squares: Float64Array;
}

/** Queries put to a shard. Row numbers and bitmaps count from the shard's first row. */
export interface ShardAsk {
  readonly queries: Float32Array;
  readonly querySquares: Float64Array;
  readonly groups: readonly QueryGroup[];
  readonly kPrime: number;
  /** Shared by all shards of one search. */
  readonly floors: SharedFloors;
}

/** An exact list as row numbers and scores, in no particular order. */
export interface RowList {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
}

/**
 * The exact lists of a shard by query number, widened by what lies within ε of the k′-th score. What
 * cannot be in the list over all shards may be missing.
 */
export interface ShardAnswer {
  readonly lists: ReadonlyMap<number, RowList>;
  /** Queries whose first, cheap filter did not prove the list complete. */
  readonly widened: readonly number[];
}

/** A shard made ready for searching: normalised or quantised, as its engine needs it. */
export interface OpenShard {
  readonly search: (ask: ShardAsk, onProgress: (share: number) => void) => Promise<ShardAnswer>;
  /** Lets go of its memory; it cannot be searched afterwards. */
  readonly close: () => void;
}

/** What an engine does inside a worker. Opening it includes its self-test. */
export interface ShardEngine {
  readonly open: (source: ShardSource) => OpenShard;
}
