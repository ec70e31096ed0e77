import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** A two-sided interval of a share. */
export interface BinomialInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wilson's score interval of k successes in n; null where n is 0.
 *
 * Wilson, JASA 1927, without continuity correction. `confidence` is two-sided.
 */
export function wilsonInterval(k: number, n: number, confidence = 0.95): BinomialInterval | null {
  if (n === 0) return null;
  const z = normalQuantile(0.5 + confidence / 2, 0, 1);
  const share = k / n;
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const centre = share + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  return {
    lower: Math.max(0, (centre - spread) / scale),
    upper: Math.min(1, (centre + spread) / scale),
  };
}

/**
 * Clopper and Pearson's exact interval of k successes in n; null where n is 0.
 *
 * From quantiles of Beta(k, n − k + 1) and Beta(k + 1, n − k). `confidence` is two-sided.
 */
export function clopperPearsonInterval(
  k: number,
  n: number,
  confidence = 0.95,
): BinomialInterval | null {
  if (n === 0) return null;
  const tail = (1 - confidence) / 2;
  return {
    lower: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1),
    upper: k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k),
  };
}
