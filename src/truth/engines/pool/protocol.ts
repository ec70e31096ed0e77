import type { StopFlag } from '../../workers/worker.ts';
import type { ShardAsk, ShardSource } from './shard.ts';

export type PooledEngineName = 'int8' | 'float32' | 'wasm';

/** How the work is cut; each engine has defaults that suit 768 dimensions. */
export interface EngineTuning {
  /** Rows multiplied at once, or with few queries, by the integer engines, a part of them. */
  readonly rowsPerBlock: number;
  /** Queries multiplied at once, at most 65,536. */
  readonly queriesPerBlock: number;
  /** Candidates that the float32 engine takes from each block beyond k′. */
  readonly pad: number;
  /** Most bytes of float32 values that an integer engine keeps beside the integers of a shard. */
  readonly keptValueBytes: number;
  /** Groups of fewer multiplications (rows × queries × dimensions) are scored in float64 at once. */
  readonly smallWork: number;
  /** Share of the proven error bound that is used: 1, except in tests that show a smaller one to be wrong. */
  readonly boundShare: number;
}

/** What a worker is started with. */
export interface WorkerStart extends WorkerSettings {
  /** Raised where what it does is no longer wanted. */
  readonly stop: StopFlag;
}

/** Which engine, and how it is tuned. */
export interface WorkerSettings {
  readonly engine: PooledEngineName;
  readonly tuning: EngineTuning;
}

/** What a worker is told; each task is answered under its id. */
export type WorkerTask =
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly shard: number;
      /** Squares are written by the worker. */
      readonly source: ShardSource;
    }
  | {
      readonly kind: 'search';
      readonly id: number;
      readonly shard: number;
      readonly ask: ShardAsk;
      /** Whether to tell of progress. */
      readonly progress: boolean;
    }
  | { readonly kind: 'unload'; readonly id: number; readonly shard: number };

/** Ends a thread once its self-test or its task is over. */
export interface WorkerEnd {
  readonly kind: 'end';
}

/** Lists of many queries in few arrays: copying one message of four arrays is cheap. */
export interface PackedLists {
  readonly queries: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly scores: Float64Array<ArrayBuffer>;
  readonly widened: readonly number[];
}

/** What a worker says about a task, or (`ready`, `unfit`) about itself. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unfit'; readonly why: string }
  | { readonly kind: 'progress'; readonly id: number; readonly share: number }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
  /** `nonFinite` is the first row that holds NaN or Infinity: such a shard is not loaded. */
  | { readonly kind: 'loaded'; readonly id: number; readonly nonFinite: number | null }
  | { readonly kind: 'unloaded'; readonly id: number }
  | { readonly kind: 'found'; readonly id: number; readonly lists: PackedLists };
