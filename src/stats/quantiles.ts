import betaCdf from '@stdlib/stats-base-dists-beta-cdf';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/** Values in ascending order, as a new array; +∞ is a value. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantile by linear interpolation at h = (n − 1)q (Hyndman & Fan's type 7, the default of numpy and R);
 * null without values.
 */
export function quantileType7(values: ArrayLike<number>, q: number): number | null {
  return quantileType7OfSorted(sorted(values), q);
}

/** The same of values that are already in ascending order. */
export function quantileType7OfSorted(ordered: ArrayLike<number>, q: number): number | null {
  const n = ordered.length;
  if (n === 0) return null;
  const h = (n - 1) * q;
  const at = Math.min(n - 1, Math.max(0, Math.floor(h)));
  const low = ordered[at] ?? 0;
  const high = ordered[Math.min(at + 1, n - 1)] ?? low;
  // Not interpolated between equal values or on a point: ∞ − ∞ and 0 · ∞ are no numbers.
  return h === at || low === high ? low : low + (h - at) * (high - low);
}

/** Middle value, the mean of two where n is even; null without values. */
export function medianOf(values: ArrayLike<number>): number | null {
  return quantileType7(values, 0.5);
}

/**
 * Smallest value with at least a share q of all values at or below it (inverse CDF, type 1); null without
 * values. Takes +∞ for requests that never ended: it never mixes two values.
 */
export function quantileInverseCdf(values: ArrayLike<number>, q: number): number | null {
  return quantileInverseCdfOfSorted(sorted(values), q);
}

/** The same of values that are already in ascending order. */
export function quantileInverseCdfOfSorted(ordered: ArrayLike<number>, q: number): number | null {
  return ordered[inverseCdfRank(ordered.length, q) - 1] ?? null;
}

/** The rank, from 1, of the inverse-CDF quantile among n values. */
export function inverseCdfRank(n: number, q: number): number {
  // n·q may lie a rounding error above the whole number it stands for.
  return Math.max(1, Math.min(n, Math.ceil(n * q - n * 1e-14)));
}

/**
 * Fewest values that bound a quantile from above: below, even the greatest of them lies under it with more than 5%
 * probability, qⁿ > .05. p50 needs 5, p95 59, p99 299 and p99.9 2,995.
 */
export function leastValuesFor(q: number, alpha = 0.05): number {
  return Math.ceil(Math.log(alpha) / Math.log(q));
}

/** A quantile with its standard error. */
export interface QuantileEstimate {
  readonly value: number | null;
  readonly standardError: number | null;
}

/**
 * Harrell–Davis quantile: all order statistics, weighted by Beta((n + 1)q, (n + 1)(1 − q)).
 *
 * Biometrika 1982. The standard error is √(ΣW x² − (ΣW x)²) with the same weights. For finite samples only:
 * every value has weight, so one that is infinite makes the estimate infinite. The extremes q = 0 and 1 are
 * the least and the greatest value, without an error.
 */
export function harrellDavis(values: ArrayLike<number>, q: number): QuantileEstimate {
  const ordered = sorted(values);
  const n = ordered.length;
  if (n === 0) return { value: null, standardError: null };
  if (q <= 0 || q >= 1) {
    return { value: ordered[q <= 0 ? 0 : n - 1] ?? null, standardError: null };
  }
  const { first, spread } = betaWeighted(ordered, (n + 1) * q, (n + 1) * (1 - q));
  return { value: first, standardError: spread };
}

/**
 * Maritz–Jarrett standard error of a quantile: Beta(m − 1, n − m) weights, m = ⌊nq + ½⌋.
 *
 * JASA 1978. Null where m − 1 ≤ 0 or n − m ≤ 0.
 */
export function maritzJarrettError(values: ArrayLike<number>, q: number): number | null {
  const n = values.length;
  const m = Math.floor(n * q + 0.5);
  if (m - 1 <= 0 || n - m <= 0) return null;
  return betaWeighted(sorted(values), m - 1, n - m).spread;
}

function betaWeighted(
  ordered: Float64Array,
  alpha: number,
  beta: number,
): { first: number; spread: number } {
  const n = ordered.length;
  const cdf = betaCdf.factory(alpha, beta);
  const weights = new Float64Array(n);
  let below = 0;
  for (let at = 0; at < n; at++) {
    const upTo = at === n - 1 ? 1 : cdf((at + 1) / n);
    weights[at] = upTo - below;
    below = upTo;
  }
  let first = 0;
  for (let at = 0; at < n; at++) first += weighted(weights[at] ?? 0, ordered[at] ?? 0);
  // Around the estimate, not Σwx² − (Σwx)²: the difference of two large numbers loses the small one.
  let variance = 0;
  for (let at = 0; at < n; at++) {
    variance += weighted(weights[at] ?? 0, ((ordered[at] ?? 0) - first) ** 2);
  }
  return { first, spread: Math.sqrt(variance) };
}

function weighted(weight: number, value: number): number {
  return weight === 0 ? 0 : weight * value;
}

/** An interval of a quantile between two order statistics. */
export interface OrderStatisticInterval {
  /** 1-based ranks; null where n is too small to bound that side. */
  readonly lowerRank: number | null;
  readonly upperRank: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Probability that the interval covers the quantile, at least `confidence` where both sides exist. */
  readonly coverage: number | null;
}

/**
 * Distribution-free interval of a quantile: order statistics whose ranks come from Binomial(n, q).
 *
 * The lower rank is the α/2 quantile of the binomial, the upper one beyond its 1 − α/2 quantile.
 */
export function orderStatisticInterval(
  values: ArrayLike<number>,
  q: number,
  confidence = 0.95,
): OrderStatisticInterval {
  const ordered = sorted(values);
  const n = ordered.length;
  if (n === 0) {
    return { lowerRank: null, upperRank: null, lower: null, upper: null, coverage: null };
  }
  const tail = (1 - confidence) / 2;
  const atMost = (count: number) => (count < 0 ? 0 : binomialCdf(count, n, q));
  const lowerRank = leastCount(n, (count) => atMost(count) >= tail);
  const upperRank = leastCount(n, (count) => upperTail(count, n, q) <= tail) + 1;
  return {
    lowerRank: lowerRank === 0 ? null : lowerRank,
    upperRank: upperRank > n ? null : upperRank,
    lower: ordered[lowerRank - 1] ?? null,
    upper: ordered[upperRank - 1] ?? null,
    coverage: atMost(upperRank - 1) - atMost(lowerRank - 1),
  };
}

/** P(X > count): as the lower tail of the failures, since 1 − CDF is not exact when it is small. */
function upperTail(count: number, n: number, q: number): number {
  return count >= n ? 0 : binomialCdf(n - count - 1, n, 1 - q);
}

/** Smallest count in 0..n for which `reached` holds; it holds from some count on. */
function leastCount(n: number, reached: (count: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
