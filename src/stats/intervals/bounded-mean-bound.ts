import {
  collapsed,
  dirichletMeanCdf,
  dirichletMeanQuantile,
  type WeightedPoint,
  withOneMore,
} from './dirichlet-mean.ts';

/** The range a value can have, and the one-sided level of a bound. */
export interface BoundedMeanOptions {
  /** One-sided; default 0.05. */
  readonly alpha?: number;
  /** Least possible value; default −1, as for differences of metrics in [0, 1]. */
  readonly floor?: number;
  /** Greatest possible value; default 1. */
  readonly ceil?: number;
}

/** One-sided lower and upper bound of a mean, each at its own level α. */
export interface MeanBounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Distribution-free lower bound of the mean of a bounded variable: the α-quantile of Σ g_i z_i / Σ g_i with
 * g_i ~ Exp(1) and z = (floor, x_1 … x_n).
 *
 * Gaffke 2005; Learned-Miller & Thomas, arXiv:1905.06208. By inversion, so it depends on no seed. Coverage
 * is proved for two-point laws, and otherwise conjectured and simulated. Without values the bound is the
 * floor; n zeros over [−1, 1] give −(1 − α^{1/n}).
 *
 * @throws RangeError where a value lies outside [floor, ceil] or α outside (0, 1)
 */
export function meanLowerBound(
  values: ArrayLike<number>,
  options: BoundedMeanOptions = {},
): number {
  return dirichletMeanQuantile(lowerPoints(values, options), options.alpha ?? 0.05);
}

/**
 * The mirror image of the lower bound: −lower(−x, −ceil).
 *
 * @throws RangeError where a value lies outside [floor, ceil] or α outside (0, 1)
 */
export function meanUpperBound(
  values: ArrayLike<number>,
  options: BoundedMeanOptions = {},
): number {
  return -dirichletMeanQuantile(upperPoints(values, options), options.alpha ?? 0.05);
}

/**
 * Both one-sided bounds.
 *
 * @throws RangeError where a value lies outside [floor, ceil] or α outside (0, 1)
 */
export function meanBounds(
  values: ArrayLike<number>,
  options: BoundedMeanOptions = {},
): MeanBounds {
  return { lower: meanLowerBound(values, options), upper: meanUpperBound(values, options) };
}

/**
 * Smallest α at which the lower bound exceeds `threshold`: the p-value of "the mean is above it".
 *
 * @throws RangeError where a value lies outside [floor, ceil]
 */
export function aboveThresholdP(
  values: ArrayLike<number>,
  threshold: number,
  options: Omit<BoundedMeanOptions, 'alpha'> = {},
): number {
  return dirichletMeanCdf(lowerPoints(values, options), threshold);
}

/**
 * Smallest α at which the upper bound is at or below `threshold`: the p-value of "the mean is not above
 * it", and with the threshold −δ that of a gate's fail.
 *
 * @throws RangeError where a value lies outside [floor, ceil]
 */
export function notAboveThresholdP(
  values: ArrayLike<number>,
  threshold: number,
  options: Omit<BoundedMeanOptions, 'alpha'> = {},
): number {
  return dirichletMeanCdf(upperPoints(values, options), -threshold);
}

/** The points whose Dirichlet mean gives the lower bound: the values, and the floor. */
function lowerPoints(
  values: ArrayLike<number>,
  { floor = -1, ceil = 1 }: BoundedMeanOptions,
): WeightedPoint[] {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (!(value >= floor && value <= ceil)) {
      throw new RangeError(`value ${value} at ${at} lies outside [${floor}, ${ceil}]`);
    }
  }
  return withOneMore(collapsed(values), floor);
}

/** The same for the upper bound, mirrored: −ceil, and the negated values. */
function upperPoints(
  values: ArrayLike<number>,
  { floor = -1, ceil = 1 }: BoundedMeanOptions,
): WeightedPoint[] {
  const negated = Float64Array.from(values, (value) => -value);
  return lowerPoints(negated, { floor: -ceil, ceil: -floor });
}
