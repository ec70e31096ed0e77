/** A one-sided 95% bound on either side of a mean; null where there are no values. */
export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A mean with its number of values; null and counted where undefined. */
export interface MeanFigure extends Bounds {
  readonly mean: number | null;
  /** Needs the mean is over. */
  readonly n: number;
  /** Queries for which the metric is undefined. */
  readonly undefinedCount: number;
}
