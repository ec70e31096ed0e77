import { ARMS, type Observation } from '../../record/types.ts';
import type { QueryAnswers } from './answers.ts';
import { type Compared, differencesByNeed, type QueryScores, SIDE_PAIRS } from './by-need.ts';

/**
 * The needs of a cell in the order in which they were asked; a need that lacks an arm of one of its queries is
 * left out, since its difference is not known yet.
 *
 * @param observations quality observations of the cell, in any order
 */
export function needsInOrder(
  observations: readonly Observation[],
  answers: readonly QueryAnswers[],
): string[] {
  const needOf = new Map(answers.map(({ query }) => [query.id, query.need]));
  const torn = new Set(
    answers
      .filter(({ arms }) => ARMS.some((arm) => arms[arm] === undefined))
      .map(({ query }) => query.need),
  );
  const first = observations
    .filter((row) => row.arm === 'A' && row.phase === 'quality')
    .sort((a, b) => a.block - b.block || a.sequence - b.sequence);
  const needs = new Set(first.flatMap((row) => needOf.get(row.queryId) ?? []));
  return [...needs].filter((need) => !torn.has(need));
}

/** The paired difference (candidate − incumbent) of each need in an order; needs without a value are left out. */
export function differencesInOrder(
  scores: readonly QueryScores[],
  order: readonly string[],
  how: Compared,
): number[] {
  const byNeed = Map.groupBy(scores, ({ need }) => need);
  return order.flatMap((need) => differencesByNeed(byNeed.get(need) ?? [], SIDE_PAIRS, how));
}
