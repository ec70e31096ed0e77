import type { BlockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import type { SignedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import type { OutcomeKind } from '../../wire/outcome.ts';

/** Candidate over incumbent (or incumbent over itself) at one quantile, over all pairs of blocks of one rate. */
export interface LoadRatio {
  readonly ratio: SignedRankRatio;
  /** Pairs in which the quantile fell on a request without an end: incumbent, candidate. */
  readonly censored: readonly [number, number];
  /** Measured requests in the smallest block. */
  readonly requestsPerBlock: number;
  /** Pairs of queries that neither side had seen. */
  readonly firstTouchPairs: number;
}

/** Most of the requests of a side failed: what they took is no latency of answers. */
export interface WholesaleFailure {
  readonly okCount: number;
  readonly scheduled: number;
  /** How the others ended, most frequent first; the status is null where there was none. */
  readonly ends: readonly {
    readonly outcome: Exclude<OutcomeKind, 'ok'>;
    readonly status: number | null;
    readonly count: number;
  }[];
}

/** The same in words, e.g. `0 of 240 answered: http 403 × 240`. */
export function failureText({ okCount, scheduled, ends }: WholesaleFailure): string {
  const list = ends
    .slice(0, 3)
    .map(({ outcome, status, count }) => `${[outcome, status ?? ''].join(' ').trim()} × ${count}`);
  return `${okCount} of ${scheduled} answered: ${list.join(', ')}`;
}

/** Pairs of the same request to both sides, and in how many something happened on one side alone. */
export interface PairedCounts {
  readonly pairs: number;
  readonly incumbentOnly: number;
  readonly candidateOnly: number;
  /** Pairs in which it happened on both sides. */
  readonly both: number;
}

/** Recall of one need on both sides. */
export interface NeedRecall {
  readonly need: string;
  readonly incumbent: number;
  readonly candidate: number;
}

/** What objectives are judged by, at one rate, where the tables show more. */
export interface RungFacts {
  /** Candidate over incumbent, over all pairs of blocks. */
  readonly ratios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  /** The incumbent over itself. */
  readonly selfRatios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  /** Response times of the candidate in milliseconds. */
  readonly candidateMs: Readonly<Record<'p50' | 'p95' | 'p99', BlockedQuantile>>;
  readonly failures: PairedCounts;
  /** Of these, what a backend answered with an error of its own: a late driver is not to blame for it. */
  readonly refusals: PairedCounts;
  /** Answers that belong to another request: in pairs, and in all of each side. */
  readonly foreign: PairedCounts & { readonly incumbent: number; readonly candidate: number };
  /** Answers that nobody looked at, since more distinct ones came than are kept; absent where all were. */
  readonly unread?: Readonly<Record<'incumbent' | 'candidate', number>>;
  /** By need, errors as 0; null where recall was not measured. */
  readonly recall: readonly NeedRecall[] | null;
  /** The same over pairs of requests that both were answered with rows. */
  readonly recallOfAnswered: readonly NeedRecall[] | null;
  /**
   * What the two sides are compared by: pairs of which one request at least was answered with rows, and pairs of which
   * both were, where rows that the incumbent lacks are no gain. Absent: the two lists above.
   */
  readonly recallClaims?: Readonly<Record<'served' | 'level', readonly NeedRecall[]>>;
}

/** What was measured of both sides at one offered rate. */
export interface LoadFinding extends RungFacts {
  readonly ratePerSecond: number;
  /** Whether the driver was fit; where it was not, nothing is said about the backends. */
  readonly valid: boolean;
  readonly invalidReasons: readonly string[];
  /** Null for a side of which enough was answered; where one is not null there is no latency to compare. */
  readonly failedWholesale: Readonly<Record<'incumbent' | 'candidate', WholesaleFailure | null>>;
}
