import type { RungFacts } from '../../gate/load/load-finding.ts';
import type { LoadBlock } from '../pace/interleave.ts';
import { OUTCOME_CODE } from '../recorder.ts';
import { type PairRecall, recallByNeed } from './objective-facts.ts';
import type { AnswerValue, SettledRecord } from './requests/settle.ts';

/** What recall is judged by, at one rate; nothing where it was not measured. */
export function recallFacts(
  { record, values }: SettledRecord,
  blocks: readonly LoadBlock[],
  needs: readonly string[],
  isMeasured: boolean,
): Pick<RungFacts, 'recall' | 'recallOfAnswered' | 'recallClaims'> {
  if (!isMeasured) return { recall: null, recallOfAnswered: null };
  const recallOf = (row: number): number | null =>
    record.outcome[row] === OUTCOME_CODE.ok ? (values[row]?.recall ?? null) : 0;
  const isGiven = (row: number) => holdsRows(values[row]);
  const over = (isCompared: (one: number, other: number) => boolean) => {
    const pairOf = (one: number, other: number): PairRecall => {
      const [incumbent, candidate] = [recallOf(one), recallOf(other)];
      const isDefined = incumbent !== null && candidate !== null;
      return isDefined && isCompared(one, other) ? { incumbent, candidate } : null;
    };
    return pairOf;
  };
  const answered = over((one, other) => isGiven(one) && isGiven(other));
  const byNeed = (pairOf: ReturnType<typeof over>) => recallByNeed(record, blocks, needs, pairOf);
  return {
    recall: byNeed(over(() => true)),
    recallOfAnswered: byNeed(answered),
    recallClaims: {
      served: byNeed(over((one, other) => isGiven(one) || isGiven(other))),
      // The depth that both reach is not known any more: rows that the incumbent lacks are no gain at least.
      level: byNeed((one, other) => {
        const pair = answered(one, other);
        const isShorter = (values[one]?.rows ?? 0) < (values[other]?.rows ?? 0);
        if (pair === null || !isShorter) return pair;
        return { ...pair, candidate: Math.min(pair.incumbent, pair.candidate) };
      }),
    },
  };
}

/** Whether there was an answer that holds a row, where there are documents to find. */
export function holdsRows(value: AnswerValue | null | undefined): boolean {
  // A recall is defined where there are documents to find.
  return value != null && (value.recall === null || value.rows !== 0);
}
