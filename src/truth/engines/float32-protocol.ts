import type { QueryGroup } from './prepare.ts';
import type { PairSource } from './score-block.ts';

/** How the work is cut; the defaults suit 768 dimensions. */
export interface Float32Tuning {
  /** Rows multiplied at once. */
  readonly rowsPerBlock: number;
  /** Queries multiplied at once. */
  readonly queriesPerBlock: number;
  /** Candidates taken from each block beyond k′. */
  readonly pad: number;
  /** Groups of fewer multiplications (rows × queries × dimensions) are scored in float64 at once. */
  readonly smallWork: number;
}

/** One search. */
export interface Float32Task {
  readonly id: number;
  readonly pairs: PairSource;
  readonly keyRanks: Uint32Array;
  readonly groups: readonly QueryGroup[];
  readonly kPrime: number;
  readonly tuning: Float32Tuning;
}

/** What the worker says about a task, or (`ready`, `unfit`) about itself. */
export type Float32Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unfit'; readonly why: string }
  | { readonly kind: 'progress'; readonly id: number; readonly share: number }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      /** Query numbers and their lists, in the same order. */
      readonly queries: readonly number[];
      readonly lists: readonly { readonly rows: Uint32Array; readonly scores: Float64Array }[];
      readonly widenedQueries: number;
    };
