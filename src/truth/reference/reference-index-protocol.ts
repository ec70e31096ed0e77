import type { StopFlag } from '../workers/worker.ts';

/** What the worker is given when it starts: what to build or to load, and whom to search for. */
export interface ReferenceIndexTask {
  readonly dimension: number;
  /** Row-major document values; empty where an index is loaded. */
  readonly documents: Float32Array;
  readonly documentSquares: Float64Array;
  /** Document rows to insert, none of them zero; a row's number is its label. */
  readonly rows: Uint32Array;
  /** Rows that the index has. */
  readonly count: number;
  readonly queryValues: Float32Array;
  readonly querySquares: Float64Array;
  /** Query rows to search for, none of them zero. */
  readonly queries: readonly number[];
  readonly k: number;
  readonly M: number;
  readonly efConstruction: number;
  readonly seed: number;
  /** File of a saved index to load instead of building one; its hash was checked. */
  readonly load: string | null;
  /** File to save a built index to. */
  readonly save: string | null;
  /** Raised where the index is no longer wanted. */
  readonly stop: StopFlag;
}

/** What the worker is asked once it is ready: every query at one efSearch. */
export interface ReferenceIndexSearch {
  readonly efSearch: number;
}

/** What the worker answers: ready, once; then one answer a search, in order. */
export type ReferenceIndexReply =
  | { readonly kind: 'ready'; readonly buildMs: number; readonly buildCpuMs: number }
  | {
      readonly kind: 'searched';
      /** Columns of `found`: min(k, rows). */
      readonly places: number;
      /** Document rows, one line of `places` a query, −1 where the index returned fewer. */
      readonly found: Int32Array;
      readonly p50Us: number | null;
      readonly p95Us: number | null;
      /** All searches together, the copies into the binding among them. */
      readonly totalMs: number;
    };
