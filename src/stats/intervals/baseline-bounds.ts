import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleSd } from '../moments.ts';
import { medianOf, quantileType7 } from '../quantiles.ts';

/** Lower and upper bound of the next run's figure. */
export type FigureBounds = readonly [lower: number, upper: number];

/** Bounds of the next figure by four rules; null with fewer than two runs. */
export interface BaselineBounds {
  /** Prediction interval: mean ± t_{b, k−1} · s · √(1 + 1/k). */
  readonly t: FigureBounds | null;
  /** mean ± z_b · s. */
  readonly z: FigureBounds | null;
  /** median ± c · 1.4826 · MAD. */
  readonly mad: FigureBounds | null;
  /** median ± f · (Q3 − Q1), type-7 quartiles. */
  readonly iqr: FigureBounds | null;
}

/** How wide the bounds are. */
export interface BaselineBoundsOptions {
  /** One-sided level b of the t and z rules, in (0.5, 1). */
  readonly boundary?: number;
  readonly madFactor?: number;
  readonly iqrFactor?: number;
}

/**
 * Bounds for a new figure from the figures of past runs.
 *
 * Where the past runs are all alike the bounds collapse to one value: a caller adds its own absolute floor.
 */
export function baselineBounds(
  history: readonly number[],
  { boundary = 0.975, madFactor = 3, iqrFactor = 1.5 }: BaselineBoundsOptions = {},
): BaselineBounds {
  const k = history.length;
  const centre = mean(history);
  const spread = sampleSd(history);
  const middle = medianOf(history);
  if (centre === null || spread === null || middle === null) {
    return { t: null, z: null, mad: null, iqr: null };
  }
  const deviation = medianOf(history.map((value) => Math.abs(value - middle))) ?? 0;
  const quartiles = (quantileType7(history, 0.75) ?? 0) - (quantileType7(history, 0.25) ?? 0);
  const around = (value: number, half: number): FigureBounds => [value - half, value + half];
  return {
    t: around(centre, tQuantile(boundary, k - 1) * spread * Math.sqrt(1 + 1 / k)),
    z: around(centre, normalQuantile(boundary, 0, 1) * spread),
    mad: around(middle, madFactor * 1.4826 * deviation),
    iqr: around(middle, iqrFactor * quartiles),
  };
}
