import type { Key } from './recall.ts';

/** How a grade becomes a gain: the grade itself, or 2^grade − 1. */
export type Gain = 'linear' | 'exponential';

/** Discounted cumulative gain of one answer. */
export interface Ndcg {
  readonly dcg: number;
  /** The gain of the best possible order of all graded documents. */
  readonly idcg: number;
  /** dcg / idcg in [0, 1]; null where no grade is positive. */
  readonly ndcg: number | null;
}

/**
 * nDCG@k: Σ_{i≤k} gain(grade_i) / log2(i + 1), over its value for the ideal order.
 *
 * `run` is in the order of the response. A document without a grade, or with one below zero, gains
 * nothing; a repeated one gains nothing and uses up a slot.
 */
export function ndcgAtK(
  run: readonly Key[],
  grades: ReadonlyMap<Key, number>,
  k: number,
  gain: Gain = 'linear',
): Ndcg {
  const seen = new Set<Key>();
  const gains = run.slice(0, k).map((key) => {
    if (seen.has(key)) return 0;
    seen.add(key);
    return gainOf(grades.get(key) ?? 0, gain);
  });
  const dcg = discounted(gains);
  const idcg = idealDcg(grades.values(), k, gain);
  return { dcg, idcg, ndcg: idcg > 0 ? dcg / idcg : null };
}

/** The gain of the best order of graded documents: DCG@k with the grades falling. */
export function idealDcg(grades: Iterable<number>, k: number, gain: Gain): number {
  const ideal = [...grades].map((grade) => gainOf(grade, gain)).sort((x, y) => y - x);
  return discounted(ideal.slice(0, k));
}

/** Gain of a grade; none for one that is not above zero. */
export function gainOf(grade: number, gain: Gain): number {
  if (!(grade > 0)) return 0;
  return gain === 'linear' ? grade : 2 ** grade - 1;
}

function discounted(gains: readonly number[]): number {
  let sum = 0;
  for (const [row, value] of gains.entries()) sum += value / Math.log2(row + 2);
  return sum;
}
