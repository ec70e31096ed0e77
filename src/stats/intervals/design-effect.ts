/** How much wider an interval is because values of one cluster resemble each other. */
export interface DesignEffect {
  readonly clusters: number;
  readonly n: number;
  /** Cluster-robust over independent variance of the mean; null with fewer than two clusters or without spread. */
  readonly designEffect: number | null;
}

/**
 * Design effect of the mean of clustered values: the cluster-robust variance of the mean,
 * G/(G−1) · Σ_g (Σ_{i∈g} (x_i − x̄))² / n², over the variance s²/n of as many independent values.
 *
 * 1 where every value is a cluster of its own. Liang & Zeger, Biometrika 73 (1986); Kish, Survey Sampling (1965).
 */
export function designEffect(
  values: readonly { readonly cluster: string; readonly value: number }[],
): DesignEffect {
  const n = values.length;
  const centre = values.reduce((sum, { value }) => sum + value, 0) / n;
  const sums = new Map<string, number>();
  let squares = 0;
  for (const { cluster, value } of values) {
    sums.set(cluster, (sums.get(cluster) ?? 0) + value - centre);
    squares += (value - centre) ** 2;
  }
  const clusters = sums.size;
  if (clusters < 2 || n < 2 || squares === 0) return { clusters, n, designEffect: null };
  let between = 0;
  for (const sum of sums.values()) between += sum * sum;
  const robust = (clusters / (clusters - 1)) * (between / n ** 2);
  const independent = squares / (n - 1) / n;
  return { clusters, n, designEffect: robust / independent };
}
