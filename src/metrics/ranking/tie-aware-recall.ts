import type { Key } from './recall.ts';

/** Scores closer than this to the n-th exact one are tied with it (absolute, float64 cosine). */
export const TIE_EPSILON = 1e-6;

/** Tie-aware recall of one answer, with what it was counted from. */
export interface TieAwareRecall {
  /** In [0, 1]; null where no document is allowed or k is 0. */
  readonly recall: number | null;
  /** Slots credited: strictly nearer documents, and tied ones as far as there is room for them. */
  readonly hits: number;
  /** n = min(k, number of truth documents). */
  readonly denom: number;
  /** The n-th exact score; null where `denom` is 0. */
  readonly boundary: number | null;
  /** Documents strictly nearer than the boundary tie group. */
  readonly nearer: number;
  /** How many of those came back. */
  readonly nearerHits: number;
  readonly duplicates: number;
  /** Whether fewer than k rows came back. */
  readonly short: boolean;
}

/**
 * recall@k that accepts any choice within the tie at the cut, and never a tied document in place of a
 * strictly nearer one.
 *
 * With n = min(k, |T|), t the n-th exact score, M = {s > t + ε}, B = {|s − t| ≤ ε} and R the different
 * documents of the first k rows: (|R∩M| + min(|R∩B|, n − |M|)) / n.
 *
 * `got` is in the order of the response, `truthScores` holds the exact scores of the truth list,
 * descending. `exactScore` gives a returned document's exact score, null for one that the query does
 * not allow. The backend's own scores play no part.
 */
export function tieAwareRecallAtK<K extends Key>(
  got: readonly K[],
  k: number,
  truthScores: ArrayLike<number>,
  exactScore: (key: K) => number | null,
  epsilon: number = TIE_EPSILON,
): TieAwareRecall {
  const rows = got.slice(0, k);
  const unique = new Set(rows);
  const denom = Math.min(k, truthScores.length);
  const boundary = denom === 0 ? null : (truthScores[denom - 1] ?? null);
  const shape = { denom, duplicates: rows.length - unique.size, short: got.length < k };
  if (boundary === null) {
    return { recall: null, hits: 0, boundary, nearer: 0, nearerHits: 0, ...shape };
  }
  let nearer = 0;
  while (nearer < denom && (truthScores[nearer] ?? 0) > boundary + epsilon) nearer++;
  let nearerHits = 0;
  let tiedHits = 0;
  for (const key of unique) {
    const score = exactScore(key);
    if (score === null) continue;
    if (score > boundary + epsilon) nearerHits++;
    else if (Math.abs(score - boundary) <= epsilon) tiedHits++;
  }
  const hits = nearerHits + Math.min(tiedHits, denom - nearer);
  return { recall: hits / denom, hits, boundary, nearer, nearerHits, ...shape };
}

/** Threshold recall of one answer. */
export interface ThresholdRecall {
  readonly recall: number | null;
  readonly hits: number;
  readonly denom: number;
  /** Lowest exact score that is credited; null where `denom` is 0. */
  readonly threshold: number | null;
}

/**
 * recall@k by a threshold on exact scores: #{x in uniq(G_1..k) : s(x) ≥ s_(n) − ε} / n, n = min(k, |T|).
 *
 * The usual form of ANN benchmarks (less its double counting of duplicates); it credits a tied document
 * in place of a strictly nearer one, which `tieAwareRecallAtK` does not.
 */
export function thresholdRecallAtK<K extends Key>(
  got: readonly K[],
  k: number,
  truthScores: ArrayLike<number>,
  exactScore: (key: K) => number | null,
  epsilon: number = TIE_EPSILON,
): ThresholdRecall {
  const denom = Math.min(k, truthScores.length);
  const nth = denom === 0 ? undefined : truthScores[denom - 1];
  if (nth === undefined) return { recall: null, hits: 0, denom: 0, threshold: null };
  const threshold = nth - epsilon;
  let hits = 0;
  for (const key of new Set(got.slice(0, k))) {
    const score = exactScore(key);
    if (score !== null && score >= threshold) hits++;
  }
  return { recall: hits / denom, hits, denom, threshold };
}
