import betaCdf from '@stdlib/stats-base-dists-beta-cdf';
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { gammaSumAtMostZero } from './gamma-sum.ts';

/** A value and how often it occurs; the weight need not be a whole number. */
export interface WeightedPoint {
  readonly value: number;
  readonly weight: number;
}

/** Collapses equal values (exactly equal: nothing is rounded) into one point each, ascending. */
export function collapsed(values: ArrayLike<number>): WeightedPoint[] {
  const ordered = Float64Array.from(values).sort();
  const points: { value: number; weight: number }[] = [];
  for (const value of ordered) {
    const last = points.at(-1);
    if (last !== undefined && last.value === value) last.weight++;
    else points.push({ value, weight: 1 });
  }
  return points;
}

/** The points with one more occurrence of a value, ascending still. */
export function withOneMore(points: readonly WeightedPoint[], value: number): WeightedPoint[] {
  const below = points.filter((point) => point.value < value);
  const above = points.filter((point) => point.value > value);
  const here = points.find((point) => point.value === value);
  return [...below, { value, weight: (here?.weight ?? 0) + 1 }, ...above];
}

/**
 * P(W ≤ t) of W = Σ g_i z_i / Σ g_i with g_i ~ Exp(1), i.e. of a mean with uniform Dirichlet weights.
 *
 * `points` are the z_i, collapsed and ascending. W ≤ t is the same as Σ g_i (z_i − t) ≤ 0, a sum of Gamma
 * variables with one factor per different value; two values are a Beta distribution.
 */
export function dirichletMeanCdf(points: readonly WeightedPoint[], t: number): number {
  return cdfAndDensity(points, t).cdf;
}

/**
 * The α-quantile of the same W, α in (0, 1).
 *
 * Newton's method on ln P(W ≤ t), which is concave in t, kept within a bracket.
 *
 * @throws RangeError without points, or where α is outside (0, 1)
 */
export function dirichletMeanQuantile(points: readonly WeightedPoint[], alpha: number): number {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a mean needs points');
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`α must lie in (0, 1), got ${alpha}`);
  const width = last.value - first.value;
  if (width === 0) return first.value;
  if (points.length === 2) {
    return first.value + width * betaQuantile(alpha, last.weight, first.weight);
  }
  if (alpha > 0.5) return -dirichletMeanQuantile(mirrored(points), 1 - alpha);
  let low = first.value;
  let high = last.value;
  let t = normalStart(points, alpha);
  for (let step = 0; step < 200; step++) {
    const { cdf, density } = cdfAndDensity(points, t);
    if (cdf <= alpha) low = t;
    if (cdf >= alpha) high = t;
    const move = (Math.log(alpha / cdf) * cdf) / density;
    const newton = t + move;
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 1e-13 * width) return next;
    t = next;
  }
  return t;
}

/** The same points with their signs turned, ascending again. */
export function mirrored(points: readonly WeightedPoint[]): WeightedPoint[] {
  return points.map(({ value, weight }) => ({ value: -value, weight })).reverse();
}

function cdfAndDensity(
  points: readonly WeightedPoint[],
  t: number,
): { cdf: number; density: number } {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a mean needs points');
  // Within rounding of an end of the range the probability beyond t is of the order of rounding, too.
  const rounding = Number.EPSILON * (last.value - first.value);
  if (t >= last.value - rounding) return { cdf: 1, density: 0 };
  if (t <= first.value + rounding) return { cdf: 0, density: 0 };
  if (points.length === 2) {
    const share = (t - first.value) / (last.value - first.value);
    return { cdf: betaCdf(share, last.weight, first.weight), density: 0 };
  }
  const coefficients = Float64Array.from(points, (point) => point.value - t);
  const shapes = Float64Array.from(points, (point) => point.weight);
  let pull = 0;
  for (const [at, shape] of shapes.entries()) pull += shape * (coefficients[at] ?? 0);
  if (pull >= 0) {
    const { probability, density } = gammaSumAtMostZero(coefficients, shapes);
    return { cdf: probability, density };
  }
  // Above the mean the upper tail is the small one, and so the one that is computed without loss.
  const upper = gammaSumAtMostZero(
    coefficients.map((value) => -value),
    shapes,
  );
  return { cdf: 1 - upper.probability, density: upper.density };
}

function normalStart(points: readonly WeightedPoint[], alpha: number): number {
  let total = 0;
  let centre = 0;
  for (const { value, weight } of points) {
    total += weight;
    centre += weight * value;
  }
  centre /= total;
  let variance = 0;
  for (const { value, weight } of points) variance += weight * (value - centre) ** 2;
  const spread = Math.sqrt(variance / total / (total + 1));
  const guess = centre + normalQuantile(alpha, 0, 1) * spread;
  const low = points[0]?.value ?? guess;
  return guess > low ? guess : low + (centre - low) / 4;
}
