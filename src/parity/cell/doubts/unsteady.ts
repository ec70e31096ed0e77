import { describePattern, type PatternRow, patternOf } from '../../../attribution/pattern.ts';
import { setAgreementAtK } from '../../../metrics/ranking/set-agreement.ts';
import { ARMS_OF } from '../../../record/side-of-arm.ts';
import type { UnsteadyFinding } from '../../findings.ts';
import type { QueryAnswers } from '../answers.ts';
import type { QueryScores } from '../by-need.ts';

/**
 * Sides whose two answers to one query hold different documents: how many queries, and what the worse answers have in
 * common that the others have not (first touches, a time, a filter, a slice …). Where truth does not tell two answers
 * apart, both count as worse. Sides that never differ from themselves are left out.
 *
 * @param scores recall of every query in every arm
 */
export function unsteadySides(
  answers: readonly QueryAnswers[],
  scores: readonly QueryScores[],
  k: number,
): UnsteadyFinding[] {
  const recall = new Map(scores.map((entry) => [entry.queryId, entry.served]));
  return (['incumbent', 'candidate'] as const).flatMap((side): UnsteadyFinding[] => {
    const arms = ARMS_OF[side];
    const rows: PatternRow[] = [];
    const worse = new Set<number>();
    let queries = 0;
    let differing = 0;
    for (const { query, arms: all } of answers) {
      const both = arms.map((arm) => all[arm]);
      const [first, second] = both;
      if (first?.keys == null || second?.keys == null) continue;
      queries += 1;
      const differs = setAgreementAtK(first.keys, second.keys, k).overlapMax < 1;
      if (differs) differing += 1;
      const served = recall.get(query.id);
      const [a, b] = arms.map((arm) => served?.[arm] ?? 0);
      for (const [at, answer] of both.entries()) {
        if (answer === undefined) continue;
        const [own, other] = at === 0 ? [a, b] : [b, a];
        if (differs && (own ?? 0) <= (other ?? 0)) worse.add(rows.length);
        const { startedMs, firstTouch } = answer.observation;
        const { text, collections, filter = null, slices } = query;
        rows.push({ text, collections, filter, slices, askedMs: startedMs, firstTouch });
      }
    }
    if (differing === 0) return [];
    const pattern = patternOf(rows, worse, null);
    return [
      {
        side,
        queries,
        differing,
        pattern: pattern === null ? null : describePattern(pattern, 'worse answers'),
      },
    ];
  });
}
