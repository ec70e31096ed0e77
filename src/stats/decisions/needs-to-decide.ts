import {
  collapsed,
  dirichletMeanCdf,
  mirrored,
  type WeightedPoint,
  withOneMore,
} from '../intervals/dirichlet-mean.ts';
import { mean } from '../moments.ts';

/** The level of a gate's bounds, and the range of its differences. */
export interface GateLevels {
  /** One-sided; default 0.05. */
  readonly alpha?: number;
  /** Differences lie in [−range, range]; default 1. */
  readonly range?: number;
}

/** Projections beyond this many needs are no plan. */
const MOST_NEEDS = 1e7;

/**
 * Narrowest margin that n needs can pass, even without any difference at all: range · (1 − α^{1/n}).
 *
 * A gate passes only with a margin above it. Infinite where n is 0.
 */
export function narrowestMargin(n: number, { alpha = 0.05, range = 1 }: GateLevels = {}): number {
  return n > 0 ? -range * Math.expm1(Math.log(alpha) / n) : Number.POSITIVE_INFINITY;
}

/**
 * Fewest needs with which two identical backends pass a margin δ: n > ln α / ln(1 − δ/range), 598 at .005.
 *
 * Null where δ is not positive: no number of needs shows that.
 */
export function needsIfIdentical(margin: number, levels: GateLevels = {}): number | null {
  if (!(margin > 0)) return null;
  const { alpha = 0.05, range = 1 } = levels;
  let n =
    margin >= range ? 1 : Math.max(1, Math.floor(Math.log(alpha) / Math.log1p(-margin / range)));
  // The logarithms may round to either side of a whole number.
  while (n > 1 && narrowestMargin(n - 1, levels) < margin) n--;
  while (!(narrowestMargin(n, levels) < margin)) n++;
  return n;
}

/** How many needs would decide a gate, were they all like those seen. */
export interface NeedsProjection {
  /** Null where no number would: the mean lies on the margin, or so near that 10⁷ do not suffice. */
  readonly needs: number | null;
  /** Which answer they would give; null with `needs`. */
  readonly towards: 'pass' | 'fail' | null;
}

/**
 * Fewest needs that decide a gate if further needs repeat the sample: the smallest n at which a bound for
 * the sample's own distribution, scaled to n needs, clears the margin.
 *
 * Without values the sample is taken for identical backends. A projection, not a promise: the real
 * sample's mean will move.
 */
export function needsToDecide(
  differences: ArrayLike<number>,
  margin: number,
  levels: GateLevels = {},
): NeedsProjection {
  const { alpha = 0.05, range = 1 } = levels;
  const centre = mean(differences);
  if (centre === null) {
    const needs = needsIfIdentical(margin, levels);
    return { needs, towards: needs === null ? null : 'pass' };
  }
  if (centre === -margin) return { needs: null, towards: null };
  const towards = centre > -margin ? 'pass' : 'fail';
  const points = collapsed(differences);
  const needs = fewestNeeds(
    towards === 'pass' ? points : mirrored(points),
    differences.length,
    towards === 'pass' ? -margin : margin,
    alpha,
    range,
  );
  return { needs, towards: needs === null ? null : towards };
}

/** Smallest n for which P(mean of the scaled points and −range ≤ threshold) is below α. */
function fewestNeeds(
  points: readonly WeightedPoint[],
  sampleSize: number,
  threshold: number,
  alpha: number,
  range: number,
): number | null {
  const excess = (n: number): number => {
    const scaled = points.map(({ value, weight }) => ({
      value,
      weight: (weight * n) / sampleSize,
    }));
    const p = dirichletMeanCdf(withOneMore(scaled, -range), threshold);
    return Math.log(Math.max(p, Number.MIN_VALUE)) - Math.log(alpha);
  };
  let low = 0;
  let atLow = -Math.log(alpha);
  let high = Math.max(1, sampleSize);
  let atHigh = excess(high);
  while (atHigh >= 0) {
    if (high >= MOST_NEEDS) return null;
    low = high;
    atLow = atHigh;
    high = Math.min(MOST_NEEDS, 2 * high);
    atHigh = excess(high);
  }
  // ln p falls almost in a straight line with n: interpolate, and halve every third time for safety.
  for (let step = 1; high - low > 1; step++) {
    const share = step % 3 === 0 ? 0.5 : atLow / (atLow - atHigh);
    const n = Math.min(high - 1, Math.max(low + 1, Math.ceil(low + share * (high - low))));
    const atN = excess(n);
    if (atN < 0) {
      high = n;
      atHigh = atN;
    } else {
      low = n;
      atLow = atN;
    }
  }
  return high;
}
