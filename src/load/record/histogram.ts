import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssembly,
} from 'hdr-histogram-js';
import { UsageError } from '../../errors.ts';
import { inverseCdfRank } from '../../stats/quantiles.ts';

/**
 * Times in a form that other tools read and that merges without the raw columns: an HDR histogram of
 * whole microseconds at three digits, beside what the buckets blur.
 */
export interface TimeHistogram {
  /** HdrHistogram V2, deflated, base64; finite times alone, in microseconds. */
  readonly hdrBase64: string;
  /** Finite times; the histogram holds as many. */
  readonly count: number;
  /** Requests without an end: in no bucket, never dropped. */
  readonly infiniteCount: number;
  /** Exact, in milliseconds; null where nothing is finite. */
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly sumMs: number;
}

/** Longer times are recorded as this many microseconds; the exact maximum stands beside. */
const HIGHEST_US = 3_600_000_000;
const DIGITS = 3;

let ready: Promise<void> | null = null;

/** Makes a histogram of times in milliseconds, among which +∞ stands for "never". */
export async function timeHistogram(valuesMs: Iterable<number>): Promise<TimeHistogram> {
  return withHistogram((histogram) => {
    let count = 0;
    let infiniteCount = 0;
    let minMs = Number.POSITIVE_INFINITY;
    let maxMs = Number.NEGATIVE_INFINITY;
    let sumMs = 0;
    for (const valueMs of valuesMs) {
      if (valueMs === Number.POSITIVE_INFINITY) {
        infiniteCount++;
        continue;
      }
      histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(valueMs * 1000))));
      count++;
      minMs = Math.min(minMs, valueMs);
      maxMs = Math.max(maxMs, valueMs);
      sumMs += valueMs;
    }
    return {
      hdrBase64: encodeIntoCompressedBase64(histogram),
      count,
      infiniteCount,
      minMs: count === 0 ? null : minMs,
      maxMs: count === 0 ? null : maxMs,
      sumMs,
    };
  });
}

/**
 * Merges histograms; the order makes no difference but for the rounding of the sum.
 * @throws UsageError where a histogram does not hold as many times as it says.
 */
export async function mergeHistograms(parts: readonly TimeHistogram[]): Promise<TimeHistogram> {
  return withHistogram((histogram) => {
    for (const part of parts) {
      const other = decodeFromCompressedBase64(part.hdrBase64, 32, true);
      try {
        if (other.totalCount !== part.count) {
          throw new UsageError(
            'load-histogram-count',
            `histogram holds ${other.totalCount} times and says ${part.count}`,
            { hint: 'it was cut or edited: export it again from its run' },
          );
        }
        histogram.add(other);
      } finally {
        other.destroy();
      }
    }
    return {
      hdrBase64: encodeIntoCompressedBase64(histogram),
      count: parts.reduce((sum, { count }) => sum + count, 0),
      infiniteCount: parts.reduce((sum, { infiniteCount }) => sum + infiniteCount, 0),
      minMs: extreme(Math.min, parts, 'minMs'),
      maxMs: extreme(Math.max, parts, 'maxMs'),
      sumMs: parts.reduce((sum, { sumMs }) => sum + sumMs, 0),
    };
  });
}

/** A quantile in milliseconds to three digits, +∞ where it falls on what never ended, null of nothing. */
export async function histogramQuantile(of: TimeHistogram, p: number): Promise<number | null> {
  const total = of.count + of.infiniteCount;
  if (total === 0) return null;
  const rank = inverseCdfRank(total, p);
  if (rank > of.count) return Number.POSITIVE_INFINITY;
  return withHistogram((histogram) => {
    const other = decodeFromCompressedBase64(of.hdrBase64, 32, true);
    histogram.add(other);
    other.destroy();
    const valueMs = histogram.getValueAtPercentile((100 * rank) / of.count) / 1000;
    return Math.min(valueMs, of.maxMs ?? valueMs);
  });
}

async function withHistogram<Result>(use: (histogram: Histogram) => Result): Promise<Result> {
  ready ??= initWebAssembly();
  await ready;
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
    useWebAssembly: true,
  });
  try {
    return use(histogram);
  } finally {
    histogram.destroy();
  }
}

function extreme(
  pick: (a: number, b: number) => number,
  parts: readonly TimeHistogram[],
  key: 'minMs' | 'maxMs',
): number | null {
  const values = parts.flatMap((part) => part[key] ?? []);
  return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
}
