import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { sampleSd } from '../moments.ts';
import { orderStatisticInterval, quantileInverseCdf } from '../quantiles.ts';
import { randomOf } from '../random.ts';

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
 * Inverse-CDF quantile of values that came in blocks, with one-sided bounds: the widest of those from
 * resampling whole blocks with replacement (percentile method), from order statistics, and from a t interval
 * of the logarithms of the blocks' own quantiles.
 *
 * Values of one block depend on each other, which order statistics alone would overlook; a handful of blocks
 * never shows a tail that none of them has, which resampling alone would overlook. Simulated with 12 blocks
 * of 200 log-normal values (σ = 0.5), bounds of p50, p95 and p99 at 95% hold in 97–99% where blocks are
 * alike and in 93–99% where their scales differ by σ = 0.1; at σ = 0.3 the upper bound of p99 holds in 84%.
 */
export function blockedQuantile(
  blocks: readonly ArrayLike<number>[],
  q: number,
  { seed, confidence = 0.95, resamples = RESAMPLES }: BlockedQuantileOptions,
): BlockedQuantile {
  const filled = blocks.filter(({ length }) => length > 0);
  const pooled = Float64Array.from(filled.flatMap((block) => Array.from(block)));
  const n = pooled.length;
  const value = quantileInverseCdf(pooled, q);
  const found = { value, n, blocks: filled.length };
  if (filled.length < 2 || value === null) return { ...found, lower: null, upper: null };
  const ranks = orderStatisticInterval(pooled, q, 2 * confidence - 1);
  const drawn = resampledQuantiles(filled, q, seed, resamples);
  const factor = blockFactor(filled, q, confidence);
  return {
    ...found,
    lower:
      ranks.lower === null
        ? null
        : Math.min(
            ranks.lower,
            quantileInverseCdf(drawn, 1 - confidence) ?? value,
            // What never ended in some block says nothing of how low the quantile may lie.
            Number.isFinite(factor) ? value / factor : value,
          ),
    upper:
      ranks.upper === null
        ? null
        : Math.max(ranks.upper, quantileInverseCdf(drawn, confidence) ?? value, value * factor),
  };
}

/** exp(t · s / √b) of the logarithms of the blocks' quantiles; 1 where a value is not positive, +∞ where only some are finite. */
function blockFactor(blocks: readonly ArrayLike<number>[], q: number, confidence: number): number {
  const own = blocks.map((block) => quantileInverseCdf(block, q) ?? 0);
  if (own.some((value) => value <= 0)) return 1;
  const finite = own.filter(Number.isFinite);
  if (finite.length === 0) return 1;
  if (finite.length < own.length) return Number.POSITIVE_INFINITY;
  const spread = sampleSd(own.map(Math.log)) ?? 0;
  return Math.exp((tQuantile(confidence, own.length - 1) * spread) / Math.sqrt(own.length));
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
  const random = randomOf(seed);
  const times = new Int32Array(blocks.length);
  return Float64Array.from({ length: resamples }, () => {
    times.fill(0);
    let total = 0;
    for (let draw = 0; draw < blocks.length; draw++) {
      const index = random.below(blocks.length);
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
