import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mean, sum } from '../moments.ts';
import { quantileType7OfSorted, sorted } from '../quantiles.ts';
import { randomOf } from '../random.ts';

/** A bias-corrected and accelerated bootstrap interval of a mean. */
export interface BcaInterval {
  /** The mean itself; null without data. */
  readonly theta: number | null;
  /** Bias correction; null where θ lies outside all replicates. */
  readonly z0: number | null;
  /** Acceleration; null where all data are equal. */
  readonly acceleration: number | null;
  /** Levels at which the replicates are read. */
  readonly alphaLower: number | null;
  readonly alphaUpper: number | null;
  /** Null where undefined: a caller then falls back to the bounded-mean bounds. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * BCa interval of the mean from data and replicates of the mean, two-sided.
 *
 * Efron, JASA 1987: z₀ = Φ⁻¹((#{θ* < θ} + #{θ* ≤ θ}) / 2B), acceleration from the jackknife, endpoints are
 * type-7 quantiles of the replicates.
 */
export function bcaFromReplicates(
  data: ArrayLike<number>,
  replicates: ArrayLike<number>,
  confidence = 0.95,
): BcaInterval {
  const theta = mean(data);
  const ordered = sorted(replicates);
  const z0 = theta === null ? null : biasCorrection(theta, ordered);
  const acceleration = theta === null ? null : jackknifeAcceleration(data, theta);
  if (z0 === null || acceleration === null) {
    return {
      theta,
      z0,
      acceleration,
      alphaLower: null,
      alphaUpper: null,
      lower: null,
      upper: null,
    };
  }
  const level = (probability: number): number => {
    const shifted = z0 + normalQuantile(probability, 0, 1);
    return normalCdf(z0 + shifted / (1 - acceleration * shifted), 0, 1);
  };
  const alphaLower = level((1 - confidence) / 2);
  const alphaUpper = level((1 + confidence) / 2);
  return {
    theta,
    z0,
    acceleration,
    alphaLower,
    alphaUpper,
    lower: quantileType7OfSorted(ordered, alphaLower),
    upper: quantileType7OfSorted(ordered, alphaUpper),
  };
}

/** How a bootstrap draws. */
export interface BootstrapOptions {
  /** Two-sided. */
  readonly confidence?: number;
  readonly replicates?: number;
  readonly seed?: number;
}

/** BCa interval of the mean from its own seeded replicates, two-sided. */
export function bcaInterval(
  data: ArrayLike<number>,
  { confidence = 0.95, replicates = 9999, seed = 1 }: BootstrapOptions = {},
): BcaInterval {
  return bcaFromReplicates(data, bootstrapMeans(data, replicates, seed), confidence);
}

function bootstrapMeans(data: ArrayLike<number>, replicates: number, seed: number): Float64Array {
  const n = data.length;
  if (n === 0) return new Float64Array(0);
  const random = randomOf(seed);
  const drawn = new Float64Array(n);
  return Float64Array.from({ length: replicates }, () => {
    for (let at = 0; at < n; at++) drawn[at] = data[random.below(n)] ?? 0;
    return sum(drawn) / n;
  });
}

function biasCorrection(theta: number, replicates: Float64Array): number | null {
  let twiceBelow = 0;
  for (const replicate of replicates) {
    if (replicate < theta) twiceBelow += 2;
    else if (replicate === theta) twiceBelow += 1;
  }
  const share = twiceBelow / (2 * replicates.length);
  return share > 0 && share < 1 ? normalQuantile(share, 0, 1) : null;
}

/** Σu³ / (6 (Σu²)^1.5); for a mean the jackknife's u_i is (x_i − x̄) / (n − 1), whose scale cancels. */
function jackknifeAcceleration(data: ArrayLike<number>, theta: number): number | null {
  const offsets = Float64Array.from(data, (value) => value - theta);
  if (offsets.every((offset) => offset === offsets[0])) return null;
  const squares = sum(offsets.map((offset) => offset * offset));
  return sum(offsets.map((offset) => offset ** 3)) / (6 * squares ** 1.5);
}
