import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleSd } from '../moments.ts';

/** Geometric mean ratio of paired values, with t intervals of its logarithm. */
export interface PairedLogRatio {
  /** Pairs. */
  readonly n: number;
  /** exp(mean ln(new / old)); null without pairs, or where a value is not a positive finite number. */
  readonly ratio: number | null;
  /** Two-sided interval; null with fewer than two pairs. */
  readonly ci: readonly [lower: number, upper: number] | null;
  /** One-sided bounds at the same confidence. */
  readonly lowerOneSided: number | null;
  readonly upperOneSided: number | null;
}

/**
 * Ratio new/old of paired block statistics (e.g. the p95 of each block, in ms), never of single requests.
 *
 * Interval exp(m ± t_{1−α/2, n−1} · s/√n) over the blocks' log ratios, one-sided bounds with t_{1−α, n−1};
 * α = 1 − confidence.
 *
 * @throws RangeError where the lists differ in length
 */
export function pairedLogRatio(
  old: readonly number[],
  fresh: readonly number[],
  confidence = 0.95,
): PairedLogRatio {
  if (old.length !== fresh.length) {
    throw new RangeError(`a paired ratio needs pairs, got ${old.length} and ${fresh.length}`);
  }
  const n = old.length;
  const logs = old.map((value, at) => Math.log((fresh[at] ?? 0) / value));
  const measurable = [...old, ...fresh].every((value) => value > 0 && Number.isFinite(value));
  const centre = measurable ? mean(logs) : null;
  const spread = sampleSd(logs);
  if (centre === null || spread === null) {
    return {
      n,
      ratio: centre === null ? null : Math.exp(centre),
      ci: null,
      lowerOneSided: null,
      upperOneSided: null,
    };
  }
  const error = spread / Math.sqrt(n);
  const alpha = 1 - confidence;
  const both = tQuantile(1 - alpha / 2, n - 1) * error;
  const one = tQuantile(1 - alpha, n - 1) * error;
  return {
    n,
    ratio: Math.exp(centre),
    ci: [Math.exp(centre - both), Math.exp(centre + both)],
    lowerOneSided: Math.exp(centre - one),
    upperOneSided: Math.exp(centre + one),
  };
}
