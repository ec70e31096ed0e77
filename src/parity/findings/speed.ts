import type { Cell, Side } from '../../record/types.ts';

/** Latency of one quantile: both sides over all blocks, and the paired ratio over block pairs. */
export interface LatencyFinding {
  readonly cell: Cell;
  readonly quantile: 'p50' | 'p95';
  readonly incumbentMs: number | null;
  readonly candidateMs: number | null;
  readonly ratio: number | null;
  /** One-sided 95% bounds of the ratio; null with fewer than two complete block pairs. */
  readonly ratioLower: number | null;
  readonly ratioUpper: number | null;
  readonly blockPairs: number;
  readonly requestsPerBlock: number;
  /** Pairs in which the quantile fell on an unfinished request, by side. */
  readonly censored: Readonly<Record<Side, number>>;
}

export interface ThroughputFinding {
  readonly cell: Cell;
  readonly side: Side;
  readonly concurrency: number;
  readonly slices: number;
  readonly requests: number;
  readonly failed: number;
  readonly medianPerSecond: number | null;
  readonly minPerSecond: number | null;
  readonly maxPerSecond: number | null;
}
