import { describe, expect, it } from 'vitest';
import { type AnswerRecall, answerValue } from '../../src/load/find/answers/answer-value.ts';
import { objectiveOf } from '../../src/load/find/load-findings.ts';
import { rungFindings } from '../../src/load/find/rung.ts';
import { interleavedSchedule } from '../../src/load/pace/interleave.ts';
import { createRecord, OUTCOME_CODE } from '../../src/load/recorder.ts';
import { answered } from './answered.ts';

const QUERIES = 100;
const DUE = 10;
const IDS = Array.from({ length: DUE }, (_, at) => `d-${at}`);

/** The exact list of every query is d-0 … d-9. */
const recall: AnswerRecall = {
  of: (_, { ids }) => ids.filter((id) => IDS.includes(id)).length / DUE,
  due: () => DUE,
  ofNonce: () => null,
};

const answer = (ids: readonly string[]) => ({ ids, collections: [], rawScores: [] });

/** Recall that saturation must hold where the incumbent answers so at the lowest rate; the margin is .02. */
function bar(incumbent: (query: number) => readonly string[] | null): number | null {
  const { schedule, blocks } = interleavedSchedule({
    pairCount: 6,
    requestsPerBlock: 50,
    discardPerBlock: 2,
    ratePerSecond: 100,
    process: 'constant',
    seed: 3,
    queryCount: QUERIES,
    warmUpMs: 100,
  });
  const record = createRecord(schedule);
  for (let row = 0; row < schedule.count; row++) {
    answered(record, row);
    record.variant[row] = 1;
    const isFailed = schedule.arm[row] === 0 && incumbent(schedule.query[row] ?? 0) === null;
    if (isFailed) record.outcome[row] = OUTCOME_CODE.http;
  }
  const driver = { loopDelayP99Ms: 0.1, headroom: 0.9, steal: null };
  const found = rungFindings(
    {
      ratePerSecond: 100,
      seed: 1,
      attempts: 1,
      floor: record,
      self: { record, blocks },
      both: { record, blocks },
      driver,
    },
    {
      valueFor: [
        (query) => answerValue(query, answer(incumbent(query) ?? []), recall),
        (query) => answerValue(query, answer(IDS), recall),
      ],
      isForeign: [() => false, () => false],
      hasRecall: true,
      needs: Array.from({ length: QUERIES }, (_, at) => `n-${at}`),
      objectiveMs: 50,
    },
  );
  return objectiveOf({ recallUnderLoad: { margin: 0.02 } }, 50, found).minRecall;
}

describe('the recall that saturation must hold', () => {
  it('is what the incumbent gives at the lowest rate, less the margin', () => {
    expect(bar(() => IDS)).toBeCloseTo(0.98, 9);
    expect(bar(() => [...IDS.slice(0, 8), 'x', 'y'])).toBeCloseTo(0.78, 9);
  });

  it.each([
    ['empty', 0],
    ['of one row', 1],
    ['of eight rows', 8],
  ])('is not lowered by lists of the incumbent that are %s', (_, rows) => {
    expect(bar((query) => (query % 2 === 0 ? IDS.slice(0, rows) : IDS))).toBeCloseTo(0.98, 9);
  });

  it('nor by short lists alone, nor by rows that are left out within them, nor by failures', () => {
    expect(bar(() => IDS.slice(0, 5))).toBeCloseTo(0.98, 9);
    expect(bar(() => IDS.filter((_, at) => at !== 2 && at !== 6))).toBeCloseTo(0.98, 9);
    expect(bar((query) => (query % 2 === 0 ? null : IDS))).toBeCloseTo(0.98, 9);
  });

  it('is lowered by rows of short lists that are wrong', () => {
    expect(bar(() => ['d-0', 'd-1', 'x', 'y'])).toBeCloseTo(0.48, 9);
  });
});
