import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** The Hodges–Lehmann ratio of paired values with exact one-sided signed-rank bounds. */
export interface SignedRankRatio {
  /** Pairs. */
  readonly n: number;
  /** exp of the median Walsh average of ln(fresh / old); null without pairs, or where a value is not a positive finite number. */
  readonly ratio: number | null;
  /** One-sided bounds at level α; null where n pairs allow none (n < 5 at α = .05). */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Ratio fresh/old of paired block statistics (e.g. the p95 of each block, in ms), never of single requests.
 *
 * The bounds are exact where the pairs' log ratios are symmetric about a common centre: of the n(n+1)/2 Walsh
 * averages they leave out the c most extreme ones on either side, where c is the largest number with
 * P(W⁺ ≤ c) ≤ α under Wilcoxon's signed-rank law (12 pairs, α = .05: 17).
 * Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed., section 3.3.
 *
 * @throws RangeError where the lists differ in length
 */
export function signedRankRatio(
  old: readonly number[],
  fresh: readonly number[],
  alpha = 0.05,
): SignedRankRatio {
  if (old.length !== fresh.length) {
    throw new RangeError(`a paired ratio needs pairs, got ${old.length} and ${fresh.length}`);
  }
  const n = old.length;
  const isMeasurable = [...old, ...fresh].every((value) => value > 0 && Number.isFinite(value));
  if (n === 0 || !isMeasurable) return { n, ratio: null, lower: null, upper: null };
  const logs = old.map((value, at) => Math.log((fresh[at] ?? 0) / value));
  const walsh = walshAverages(logs);
  const middle = walsh.length / 2;
  const median =
    ((walsh[Math.ceil(middle) - 1] ?? 0) + (walsh[Math.floor(middle + 1) - 1] ?? 0)) / 2;
  const leftOut = signedRankCritical(n, alpha);
  const bound = (at: number): number | null =>
    leftOut === null ? null : Math.exp(walsh[at] ?? Number.NaN);
  return {
    n,
    ratio: Math.exp(median),
    lower: bound(leftOut ?? 0),
    upper: bound(walsh.length - 1 - (leftOut ?? 0)),
  };
}

/**
 * Largest c with P(W⁺ ≤ c) ≤ α for n pairs; null where even P(W⁺ = 0) = 2⁻ⁿ exceeds α.
 *
 * Exact to 60 pairs by counting the subsets of 1…n of each sum; beyond, by the normal law with a correction for
 * continuity, which leaves out at most one average too many.
 */
export function signedRankCritical(n: number, alpha = 0.05): number | null {
  if (n < 1 || 2 ** -n > alpha) return null;
  if (n > 60) {
    const mean = (n * (n + 1)) / 4;
    const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    return Math.max(0, Math.floor(mean - normalQuantile(1 - alpha, 0, 1) * sd - 0.5));
  }
  const share = new Float64Array((n * (n + 1)) / 2 + 1);
  share[0] = 2 ** -n;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = share.length - 1; sum >= rank; sum--) {
      share[sum] = (share[sum] ?? 0) + (share[sum - rank] ?? 0);
    }
  }
  let below = 0;
  let critical = -1;
  for (const probability of share) {
    below += probability;
    if (below > alpha) break;
    critical += 1;
  }
  return critical;
}

/** All (x_i + x_j) / 2 with i ≤ j, in ascending order. */
function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let at = 0;
  for (const [index, value] of values.entries()) {
    for (const other of values.slice(index)) averages[at++] = (value + other) / 2;
  }
  return averages.sort();
}
