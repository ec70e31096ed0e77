import type { AttributionInput, RankedAnswer } from './types.ts';

/** 1 − RBO below which lists of the same documents differ by near ties alone. */
const NEAR_TIES = 1e-3;
/** Largest difference of the scores of two rows that change places, of the answer's greatest score. */
const NEARLY_EQUAL = 1e-3;

/** Whether two sides give the same documents in nearly the same order, as means over queries. */
export function isNearlyAlike({
  overlap,
  rbo,
}: {
  /** 1 − overlap and 1 − RBO. */
  readonly overlap: number;
  readonly rbo: number;
}): boolean {
  return overlap === 0 && rbo < NEAR_TIES;
}

/** Whether all rows that stand in another order on the two sides have nearly equal scores on the incumbent's. */
export function exchangesNearTies({ queries, sides }: AttributionInput): boolean {
  return queries.every(({ id }) => {
    const [a, b] = [sides.incumbent.answers.get(id), sides.candidate.answers.get(id)];
    return a === undefined || b === undefined || widestExchange(a, b) <= NEARLY_EQUAL;
  });
}

/** Largest difference of scores between two rows whose order differs, of the greatest score. */
function widestExchange(a: RankedAnswer, b: RankedAnswer): number {
  const rank = new Map(b.keys.map((key, at) => [key, at]));
  const scale = Math.max(...a.scores.map(Math.abs), Number.MIN_VALUE);
  let widest = 0;
  for (const [i, upper] of a.keys.entries()) {
    for (const [j, lower] of a.keys.entries()) {
      const [above, below] = [rank.get(upper), rank.get(lower)];
      if (j <= i || above === undefined || below === undefined || above < below) continue;
      widest = Math.max(widest, Math.abs((a.scores[i] ?? 0) - (a.scores[j] ?? 0)) / scale);
    }
  }
  return widest;
}
