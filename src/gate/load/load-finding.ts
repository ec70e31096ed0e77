import type { BlockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import type { PairedLogRatio } from '../../stats/intervals/paired-log-ratio.ts';

/** Candidate over incumbent (or incumbent over itself) at one quantile, over all pairs of blocks of one rate. */
export interface LoadRatio {
  readonly ratio: PairedLogRatio;
  /** Pairs in which the quantile fell on a request without an end: incumbent, candidate. */
  readonly censored: readonly [number, number];
  readonly requestsPerBlock: number;
  readonly firstTouchPairs: number;
}

/** What was measured of both sides at one offered rate. */
export interface LoadFinding {
  readonly ratePerSecond: number;
  /** Whether the driver was fit; where it was not, nothing is said about the backends. */
  readonly valid: boolean;
  readonly invalidReasons: readonly string[];
  readonly ratios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  readonly selfRatios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  /** Response times of the candidate in milliseconds. */
  readonly candidateMs: Readonly<Record<'p50' | 'p95' | 'p99', BlockedQuantile>>;
  readonly failures: {
    readonly pairs: number;
    readonly incumbentOnly: number;
    readonly candidateOnly: number;
  };
  /** By need, errors as 0; null where recall was not measured. */
  readonly recall:
    | readonly { readonly need: string; readonly incumbent: number; readonly candidate: number }[]
    | null;
}
