import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { orderStatisticInterval, quantileInverseCdf } from '../quantiles.ts';

/** A pooled quantile with one-sided bounds; +∞ is a value, null is "not bounded by so few values". */
export interface BlockedQuantile {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Values over all blocks. */
  readonly n: number;
  readonly blocks: number;
}

/** How the bounds are drawn. */
export interface BlockedQuantileOptions {
  readonly seed: number;
  /** Of each one-sided bound; default 0.95. */
  readonly confidence?: number;
  readonly resamples?: number;
}

const RESAMPLES = 1000;

/**
 * Inverse-CDF quantile of values that came in blocks, with one-sided bounds: the wider of those from
 * resampling whole blocks with replacement (percentile method) and those from order statistics.
 *
 * Values of one block depend on each other, which order statistics alone would overlook; a handful of blocks
 * never shows a tail that none of them has, which resampling alone would overlook.
 */
export function blockedQuantile(
  blocks: readonly ArrayLike<number>[],
  q: number,
  { seed, confidence = 0.95, resamples = RESAMPLES }: BlockedQuantileOptions,
): BlockedQuantile {
  const filled = blocks.filter(({ length }) => length > 0);
  const pooled = Float64Array.from(filled.flatMap((block) => Array.from(block)));
  const n = pooled.length;
  const none = { value: quantileInverseCdf(pooled, q), n, blocks: filled.length };
  if (filled.length < 2) return { ...none, lower: null, upper: null };
  const ranks = orderStatisticInterval(pooled, q, 2 * confidence - 1);
  const drawn = resampledQuantiles(filled, q, seed, resamples);
  const drawnLower = quantileInverseCdf(drawn, 1 - confidence);
  const drawnUpper = quantileInverseCdf(drawn, confidence);
  return {
    ...none,
    lower: ranks.lower === null || drawnLower === null ? null : Math.min(ranks.lower, drawnLower),
    upper: ranks.upper === null || drawnUpper === null ? null : Math.max(ranks.upper, drawnUpper),
  };
}

/** The quantile of each resample: values are sorted once, and a resample says how often each block counts. */
function resampledQuantiles(
  blocks: readonly ArrayLike<number>[],
  q: number,
  seed: number,
  resamples: number,
): Float64Array {
  const entries = blocks.flatMap((block, index) =>
    Array.from(block, (value) => ({ value, block: index })),
  );
  // Subtraction would make ∞ − ∞ of two requests that never ended.
  entries.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  const rng = xoroshiro128plus(seed);
  const times = new Int32Array(blocks.length);
  return Float64Array.from({ length: resamples }, () => {
    times.fill(0);
    let total = 0;
    for (let draw = 0; draw < blocks.length; draw++) {
      const index = uniformInt(rng, 0, blocks.length - 1);
      times[index] = (times[index] ?? 0) + 1;
      total += blocks[index]?.length ?? 0;
    }
    const rank = Math.max(1, Math.ceil(q * total - total * 1e-14));
    let below = 0;
    for (const { value, block } of entries) {
      below += times[block] ?? 0;
      if (below >= rank) return value;
    }
    return entries.at(-1)?.value ?? Number.NaN;
  });
}
