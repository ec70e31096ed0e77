import { ARMS_OF } from '../../../record/side-of-arm.ts';
import type { EmptyAnswers } from '../../findings.ts';
import { averageByNeed } from '../by-need.ts';
import { type References, rowsDue, type ScoredAnswers } from '../query-metrics.ts';

/** Answers of the incumbent without a row, of queries that have documents to find; null where there are none. */
export function emptyByIncumbent(
  answers: readonly ScoredAnswers[],
  k: number,
  references: References,
): EmptyAnswers | null {
  const given = answers.flatMap(({ query, arms }) =>
    rowsDue(references(query.id), k) === 0
      ? []
      : ARMS_OF.incumbent.flatMap((arm) => {
          const keys = arms[arm]?.keys;
          return keys == null ? [] : [{ need: query.need, value: keys.length === 0 ? 1 : 0 }];
        }),
  );
  const empty = given.filter(({ value }) => value === 1).length;
  return empty === 0 ? null : { answers: given.length, empty, shares: averageByNeed(given) };
}
