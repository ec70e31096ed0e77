/** Kendall's τ of paired values, with the pairs it was counted from. */
export interface KendallTau {
  readonly n: number;
  readonly concordant: number;
  readonly discordant: number;
  /** Pairs tied in x, those tied in both included. */
  readonly tiesX: number;
  readonly tiesY: number;
  readonly tiesBoth: number;
  /** In [−1, 1]; null where n < 2 or one side is constant. */
  readonly tauB: number | null;
  readonly tauC: number | null;
}

/**
 * Kendall's τ-b and τ-c of paired values (higher is better on both sides, or lower on both).
 *
 * τ-b = (C − D) / √((n₀ − t_x)(n₀ − t_y)); τ-c = 2m(C − D) / (n²(m − 1)), m the smaller number of distinct
 * values. Takes O(n²) time: it is meant for ranked lists.
 *
 * @throws RangeError where the lists differ in length
 */
export function kendallTau(x: ArrayLike<number>, y: ArrayLike<number>): KendallTau {
  if (x.length !== y.length) {
    throw new RangeError(`Kendall's tau needs pairs, got ${x.length} and ${y.length}`);
  }
  const n = x.length;
  let concordant = 0;
  let discordant = 0;
  let tiesX = 0;
  let tiesY = 0;
  let tiesBoth = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const dx = Math.sign((x[i] ?? 0) - (x[j] ?? 0));
      const dy = Math.sign((y[i] ?? 0) - (y[j] ?? 0));
      if (dx === 0) tiesX++;
      if (dy === 0) tiesY++;
      if (dx === 0 && dy === 0) tiesBoth++;
      else if (dx * dy > 0) concordant++;
      else if (dx * dy < 0) discordant++;
    }
  }
  const pairs = (n * (n - 1)) / 2;
  const untied = Math.sqrt(pairs - tiesX) * Math.sqrt(pairs - tiesY);
  const levels = Math.min(new Set(Array.from(x)).size, new Set(Array.from(y)).size);
  const difference = concordant - discordant;
  return {
    n,
    concordant,
    discordant,
    tiesX,
    tiesY,
    tiesBoth,
    tauB: untied > 0 ? difference / untied : null,
    tauC: levels > 1 ? (2 * levels * difference) / (n * n * (levels - 1)) : null,
  };
}
