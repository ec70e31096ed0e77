/** Sum by pairwise halving over blocks of eight running sums; error grows with log n, not n. */
export function sum(values: ArrayLike<number>): number {
  return sumRange(values, 0, values.length);
}

// The order of additions is numpy's, so that comparisons of a mean with stored replicates agree to the bit.
function sumRange(values: ArrayLike<number>, from: number, count: number): number {
  if (count < 8) {
    let total = 0;
    for (let at = from; at < from + count; at++) total += values[at] ?? 0;
    return total;
  }
  if (count > 128) {
    const half = Math.floor(count / 2);
    const left = half - (half % 8);
    return sumRange(values, from, left) + sumRange(values, from + left, count - left);
  }
  const lanes = new Float64Array(8);
  const whole = count - (count % 8);
  for (let at = 0; at < whole; at++)
    lanes[at % 8] = (lanes[at % 8] ?? 0) + (values[from + at] ?? 0);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  let total = a + b + (c + d) + (e + f + (g + h));
  for (let at = from + whole; at < from + count; at++) total += values[at] ?? 0;
  return total;
}

/** Arithmetic mean; null without values. */
export function mean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** Unbiased sample variance (n − 1); null with fewer than two values. */
export function sampleVariance(values: ArrayLike<number>): number | null {
  const n = values.length;
  const centre = mean(values);
  if (centre === null || n < 2) return null;
  const squares = Float64Array.from({ length: n }, (_, at) => ((values[at] ?? 0) - centre) ** 2);
  return sum(squares) / (n - 1);
}

/** Sample standard deviation (n − 1); null with fewer than two values. */
export function sampleSd(values: ArrayLike<number>): number | null {
  const variance = sampleVariance(values);
  return variance === null ? null : Math.sqrt(variance);
}

/** A mean over the values that are defined, with the number that are not. */
export interface DefinedMean {
  readonly mean: number | null;
  readonly n: number;
  readonly undefinedCount: number;
}

/** Mean of the values that are not null; the others are counted, never taken for a number. */
export function definedMean(values: readonly (number | null)[]): DefinedMean {
  const defined = values.filter((value) => value !== null);
  return {
    mean: mean(defined),
    n: defined.length,
    undefinedCount: values.length - defined.length,
  };
}
