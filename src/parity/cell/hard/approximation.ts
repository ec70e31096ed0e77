import type { Arm } from '../../../record/types.ts';
import type { TruthLookup } from '../../../truth/types.ts';
import type { QueryAnswers } from '../answers.ts';
import { meanOf } from '../by-need.ts';

/**
 * How much farther than it must be the farthest row of an answer is: the exact k-th score less the exact score of the
 * k-th best row that came, over answers of k rows. It tells near ties, which cost nothing, from losses.
 */
export interface ApproximationError {
  readonly mean: number | null;
  readonly max: number | null;
  /** Answers that it is over. */
  readonly answers: number;
}

/** The error of some arms at depth k, in exact scores. */
export function approximationError(
  answers: readonly QueryAnswers[],
  arms: readonly Arm[],
  k: number,
  truth: TruthLookup,
): ApproximationError {
  const errors = answers.flatMap(({ query, arms: given }) => {
    const list = truth.list(query.id);
    const least = list?.scores[k - 1];
    if (list === null || least === undefined || list.keys.length < k) return [];
    return arms.flatMap((arm) => {
      const keys = new Set((given[arm]?.keys ?? []).slice(0, k));
      const got = [...keys].flatMap((key) => truth.exactScore(query.id, key) ?? []);
      return got.length < k ? [] : [Math.max(0, least - Math.min(...got))];
    });
  });
  return {
    mean: meanOf(errors),
    max: errors.length === 0 ? null : errors.reduce((most, value) => Math.max(most, value), 0),
    answers: errors.length,
  };
}
