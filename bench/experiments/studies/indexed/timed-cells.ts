import type { ExactAnswers } from '../recalls.ts';
import type { StudyCell } from '../record/study.ts';
import type { TimedAnswers } from './timed-blocks.ts';

/** Recall of what each setting answered, one value a query. */
export function recallCells(
  found: readonly TimedAnswers[],
  truth: Pick<ExactAnswers, 'recallsOf'>,
  k: number,
): StudyCell[] {
  return found.map(({ setting, answers }) => ({
    ...{ setting, measure: `recall@${k}`, unit: 'share' },
    values: truth.recallsOf(answers),
  }));
}

/** Latency of each setting, one value a query. */
export function latencyCells(found: readonly TimedAnswers[]): StudyCell[] {
  return found.map(({ setting, latencyMs }) => ({
    ...{ setting, measure: 'latency', unit: 'ms', values: [...latencyMs] },
  }));
}
