import { describePattern, type PatternRow, patternOf } from '../../../attribution/pattern.ts';
import { ARMS_OF } from '../../../record/side-of-arm.ts';
import { clopperPearsonInterval } from '../../../stats/intervals/binomial-interval.ts';
import type { UnsteadyFinding } from '../../findings.ts';
import type { QueryAnswers } from '../answers.ts';
import type { QueryScores } from '../by-need.ts';
import { type References, showNothing } from '../query-metrics.ts';
import { holdsOtherDocuments } from './other-documents.ts';

/** Two-sided; its lower end is a one-sided bound at .05. */
const CONFIDENCE = 0.9;

/** Answers of one cell, with what tells two of them apart. */
export interface AskedTwice {
  readonly answers: readonly QueryAnswers[];
  /** Recall of every query in every arm. */
  readonly scores: readonly QueryScores[];
  readonly k: number;
  readonly references: References;
}

/**
 * Sides whose two answers to one query hold different documents: how many queries and needs, and what the worse
 * answers have in common that the others have not (first touches, a time, a filter, a slice …). Where truth does not
 * tell two answers apart, both count as worse. Documents that are equally near in each other's place are no other
 * answer, and two answers without a row where documents are to be found show nothing. Sides that never differ from
 * themselves are left out.
 */
export function unsteadySides({ answers, scores, k, references }: AskedTwice): UnsteadyFinding[] {
  const recall = new Map(scores.map((entry) => [entry.queryId, entry.served]));
  return (['incumbent', 'candidate'] as const).flatMap((side): UnsteadyFinding[] => {
    const arms = ARMS_OF[side];
    const rows: PatternRow[] = [];
    const worse = new Set<number>();
    const needs = new Map<string, boolean>();
    let queries = 0;
    let differing = 0;
    for (const { query, arms: all } of answers) {
      const both = arms.map((arm) => all[arm]);
      const [first, second] = both;
      if (first?.keys == null || second?.keys == null) continue;
      const reference = references(query.id);
      if (showNothing(first.keys, second.keys, reference, k)) continue;
      queries += 1;
      const differs = holdsOtherDocuments(first, second, k, reference.exactScore);
      if (differs) differing += 1;
      needs.set(query.need, differs || needs.get(query.need) === true);
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
        needs: shareOfNeeds([...needs.values()]),
        pattern: pattern === null ? null : describePattern(pattern, 'worse answers'),
      },
    ];
  });
}

function shareOfNeeds(differs: readonly boolean[]): UnsteadyFinding['needs'] {
  const differing = differs.filter(Boolean).length;
  const interval = clopperPearsonInterval(differing, differs.length, CONFIDENCE);
  return {
    asked: differs.length,
    differing,
    lower: interval?.lower ?? 0,
    upper: interval?.upper ?? 1,
  };
}
