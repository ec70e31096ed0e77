import type { MeanFigure } from '../../parity/findings.ts';
import type { SweepPoint, SweepVariant } from '../plan/sweep-plan.ts';
import type { SweptIndex } from '../record/swept-index.ts';

/** A quantile of latency with one-sided 95% bounds; null where nothing was timed or it never ended. */
export interface SweepQuantile {
  readonly valueMs: number | null;
  readonly lowerMs: number | null;
  readonly upperMs: number | null;
}

/** Answered requests a second at the sweep's concurrency: the median of the slices, the least and the greatest. */
export interface SweepThroughput {
  readonly median: number | null;
  readonly least: number | null;
  readonly greatest: number | null;
  readonly slices: number;
}

/** What was measured at one point. */
export interface SweepPointFinding extends SweepPoint {
  /** Recall at the depth of the sweep, as served (a failed request scores 0), over needs. */
  readonly recall: MeanFigure;
  readonly asked: number;
  readonly failed: number;
  /** How the first request failed; null where none did. */
  readonly failure: string | null;
  /** Answers with fewer rows than there are documents to find. */
  readonly short: number;
  readonly p50: SweepQuantile;
  readonly p95: SweepQuantile;
  readonly perSecond: SweepThroughput;
  /** Whether no point of the same selectivity has both more recall and more requests a second. */
  readonly isOnFront: boolean;
}

/**
 * Whether one variant reaches a recall: `reached`, the lower bound of recall is at least the target at `point` and
 * at every greater effort; `not shown`, some mean is, and no bound; `not reached`, no mean is.
 */
export interface SweepReach {
  readonly variant: number;
  readonly selectivity: number | null;
  readonly target: number;
  readonly state: 'reached' | 'not shown' | 'not reached';
  /** The least effort that reaches it, else the point with the most recall; null where nothing was asked. */
  readonly point: number | null;
}

/** All that is known after a sweep. */
export interface SweepFindings {
  readonly schema: 1;
  readonly k: number;
  readonly cell: 'search' | 'retrieve';
  readonly corpus: { readonly name: string; readonly documents: number; readonly metric: string };
  readonly queries: number;
  readonly needs: number;
  readonly concurrency: number;
  readonly rounds: number;
  readonly requestsPerBlock: number;
  readonly complete: boolean;
  readonly variants: readonly (SweepVariant & { readonly index: SweptIndex })[];
  readonly points: readonly SweepPointFinding[];
  readonly reached: readonly SweepReach[];
  /** What was not asked, a sentence each. */
  readonly leftOut: readonly string[];
}
