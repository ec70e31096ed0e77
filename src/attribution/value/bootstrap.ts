import { randomOf } from '../../stats/random.ts';
import type { Estimate } from '../types.ts';

const RESAMPLES = 499;

/**
 * Weighted means of several figures a query, each with a two-sided 90% percentile interval from resampling
 * queries; the same seed gives the same intervals.
 *
 * @param values queries × figures
 */
export function bootstrapMeans(
  values: readonly (readonly number[])[],
  weights: readonly number[],
  figures: number,
  seed: number,
): Estimate[] {
  const n = values.length;
  const random = randomOf(seed);
  const everyone = Array.from({ length: n }, (_, at) => at);
  const means = meansOf(values, weights, everyone, figures);
  const resampled: number[][] = [];
  for (let round = 0; round < RESAMPLES && n > 0; round++) {
    const drawn = everyone.map(() => random.below(n));
    resampled.push(meansOf(values, weights, drawn, figures));
  }
  return means.map((mean, figure) => {
    const sorted = resampled.map((round) => round[figure] ?? mean).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? mean;
    return { mean, lower: at(0.05), upper: at(0.95) };
  });
}

function meansOf(
  values: readonly (readonly number[])[],
  weights: readonly number[],
  drawn: readonly number[],
  figures: number,
): number[] {
  const sums = new Array<number>(figures).fill(0);
  let total = 0;
  for (const at of drawn) {
    const weight = weights[at] ?? 1;
    total += weight;
    for (let figure = 0; figure < figures; figure++) {
      sums[figure] = (sums[figure] ?? 0) + weight * (values[at]?.[figure] ?? 0);
    }
  }
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}
