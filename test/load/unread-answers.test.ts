import { expect, it } from 'vitest';
import { judgeLoad } from '../../src/gate/load/judge-load.ts';
import { UNREAD } from '../../src/load/answers/answers.ts';
import { rungFindings } from '../../src/load/find/rung.ts';
import { capacityVerdict } from '../../src/load/find/saturation/capacity.ts';
import { DEFAULT_OBJECTIVE } from '../../src/load/find/saturation/objective.ts';
import { interleavedSchedule } from '../../src/load/pace/interleave.ts';
import { createRecord } from '../../src/load/recorder.ts';
import { rateSections } from '../../src/load/report/rate-sections.ts';
import { answered } from './answered.ts';

/** A rate at which every second answer of the candidate was not kept, or none. */
function rate(isUnread: boolean) {
  const { schedule, blocks } = interleavedSchedule({
    pairCount: 12,
    requestsPerBlock: 200,
    discardPerBlock: 0,
    ratePerSecond: 100,
    process: 'constant',
    seed: 3,
    queryCount: 100,
    warmUpMs: 100,
  });
  const record = createRecord(schedule);
  for (let row = 0; row < schedule.count; row++) {
    answered(record, row);
    const isLost = isUnread && schedule.arm[row] === 1 && row % 2 === 0;
    record.variant[row] = isLost ? UNREAD : 1;
  }
  const self = { record: { ...record, variant: record.variant.map(() => 1) }, blocks };
  const value = () => ({ recall: 1, rows: 10, due: 10 });
  return rungFindings(
    {
      ratePerSecond: 100,
      seed: 1,
      attempts: 1,
      floor: record,
      self,
      both: { record, blocks },
      driver: { loopDelayP99Ms: 0.1, headroom: 0.9, steal: null },
    },
    {
      valueFor: [value, value],
      isForeign: [() => false, () => false],
      hasRecall: true,
      needs: Array.from({ length: 100 }, (_, at) => `n-${at}`),
      objectiveMs: 50,
    },
  );
}

const gates = { recallUnderLoad: { margin: 0.3, min: 0.7 } };

function judged(isUnread: boolean) {
  const rung = rate(isUnread);
  const failedWholesale = { incumbent: null, candidate: null };
  const finding = {
    ...rung.facts,
    ratePerSecond: 100,
    valid: true,
    invalidReasons: [],
    failedWholesale,
  };
  const verdict = judgeLoad([finding], gates, (key) => key.startsWith('gates.recall'));
  return { rung, verdict };
}

it('a rate whose answers were all read says nothing of unread ones', () => {
  const { rung, verdict } = judged(false);
  expect(rung.facts).not.toHaveProperty('unread');
  expect(verdict.state).toBe('pass');
  const sections = rateSections({ rungs: [rung], capacities: null, verdict, nonces: [] });
  expect(JSON.stringify(sections)).not.toContain('not read');
});

it('answers that were not kept are counted, named in the report, and leave recall open', () => {
  const { rung, verdict } = judged(true);
  expect(rung.facts.unread).toEqual({ incumbent: 0, candidate: 1200 });
  expect(verdict.state).toBe('inconclusive');
  const sections = rateSections({ rungs: [rung], capacities: null, verdict, nonces: [] });
  expect(JSON.stringify(sections)).toContain('Answers that were not read');
});

it('a trial of a saturation search with answers that were not kept says nothing of the backend', () => {
  const { schedule } = interleavedSchedule({
    pairCount: 6,
    requestsPerBlock: 50,
    discardPerBlock: 0,
    ratePerSecond: 100,
    process: 'constant',
    seed: 3,
    queryCount: 100,
    warmUpMs: 0,
  });
  const trial = (isLost: boolean) => {
    const record = createRecord({ ...schedule, arm: new Uint8Array(schedule.count) });
    for (let row = 0; row < schedule.count; row++) {
      answered(record, row);
      record.variant[row] = isLost && row === schedule.count - 1 ? UNREAD : 1;
    }
    const driver = { loopDelayP99Ms: 0.1, headroom: 0.9, steal: null };
    return { ratePerSecond: 100, driver, record };
  };
  const value = () => ({ recall: 1 });
  expect(capacityVerdict(trial(false), value, DEFAULT_OBJECTIVE)).toBe('pass');
  expect(capacityVerdict(trial(true), value, DEFAULT_OBJECTIVE)).toBe('invalid');
});
