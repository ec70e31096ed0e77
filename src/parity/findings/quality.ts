import type { Metric } from '../../metrics/metric.ts';
import type { MeanFigure } from './figures.ts';

/** One quality metric of both sides and the paired difference over needs (candidate − incumbent). */
export interface QualityFinding {
  readonly metric: Metric;
  readonly incumbent: MeanFigure;
  readonly candidate: MeanFigure;
  /** Means over answered requests alone. */
  readonly answeredIncumbent: number | null;
  readonly answeredCandidate: number | null;
  /**
   * Candidate − incumbent over pairs in which the incumbent gave rows and the candidate answered, a mean over needs:
   * what the incumbent did not give credits nobody.
   */
  readonly delta: MeanFigure;
  /**
   * Per-need paired differences as served, in order of need id: a failed request and an empty list score 0 on either
   * side, and a pair in which neither side gave a row is left out.
   */
  readonly differences: readonly number[];
  /**
   * The same over pairs in which both sides gave rows, at the depth that both lists reach; null where every request
   * was answered with a whole list, and both are the same.
   */
  readonly answeredDifferences: readonly number[] | null;
  /** A′ against A over pairs that both answered, one at least with rows: what the environment alone does. */
  readonly noiseDifferences: readonly number[];
  /** The paired differences in the order in which the needs were asked; null unless the run may stop early. */
  readonly sequence: readonly number[] | null;
  readonly answeredSequence: readonly number[] | null;
  /** Null where no query names a cluster. */
  readonly clusters: ClusterFinding | null;
}

/** Needs that have something in common, and how much their differences resemble each other. */
export interface ClusterFinding {
  readonly clusters: number;
  /** Cluster-robust over independent variance of Δ; null without spread. */
  readonly designEffect: number | null;
}
