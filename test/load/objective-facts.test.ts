import { describe, expect, it } from 'vitest';
import {
  pairedFailures,
  pairedRefusals,
  pooledRatio,
  recallByNeed,
  responseQuantile,
} from '../../src/load/find/objective-facts.ts';
import { rampWindows } from '../../src/load/find/ramp.ts';
import { recallFacts } from '../../src/load/find/recall-facts.ts';
import { interleavedSchedule } from '../../src/load/pace/interleave.ts';
import { rampSchedule } from '../../src/load/pace/planned-schedule.ts';
import { createRecord, type LoadRecord, OUTCOME_CODE } from '../../src/load/recorder.ts';
import { answered } from './answered.ts';

/** Both arms interleaved; the first answers after `firstMs`, the second after `secondMs`. */
function rung(firstMs: number, secondMs: number) {
  const { schedule, blocks } = interleavedSchedule({
    pairCount: 6,
    requestsPerBlock: 10,
    discardPerBlock: 2,
    ratePerSecond: 100,
    process: 'constant',
    seed: 3,
    queryCount: 100,
    warmUpMs: 100,
  });
  const record = createRecord(schedule);
  for (let row = 0; row < schedule.count; row++) {
    answered(record, row, schedule.arm[row] === 1 ? secondMs : firstMs);
  }
  return { record, blocks };
}

const measured = (record: LoadRecord, arm: number) =>
  Array.from({ length: record.schedule.count }, (_, row) => row).filter(
    (row) => record.schedule.measured[row] === 1 && record.schedule.arm[row] === arm,
  );

describe('what objectives are judged by', () => {
  it('is the ratio over all pairs, first touches and repeats together', () => {
    const { record, blocks } = rung(10, 15);
    const { ratio, firstTouchPairs, requestsPerBlock } = pooledRatio(record, blocks, 0.95);
    expect(ratio.ratio).toBeCloseTo(1.5, 9);
    expect(ratio.n).toBe(6);
    expect([firstTouchPairs, requestsPerBlock]).toEqual([3, 10]);
  });

  it('is the response time of one arm, its lost requests at +∞', () => {
    const { record, blocks } = rung(10, 15);
    const quantile = () => responseQuantile(record, blocks, 1, 0.5, 1).value;
    expect(quantile()).toBeCloseTo(15, 9);
    for (const row of measured(record, 1).slice(0, 40)) record.outcome[row] = OUTCOME_CODE.timeout;
    expect(quantile()).toBe(Number.POSITIVE_INFINITY);
  });

  it('compares the fates of the same query at the same place of a pair', () => {
    const { record, blocks } = rung(10, 10);
    const [a = [], b = []] = [measured(record, 0), measured(record, 1)];
    record.outcome[a[0] ?? 0] = OUTCOME_CODE.http;
    record.outcome[b[1] ?? 0] = OUTCOME_CODE.reset;
    record.outcome[b[2] ?? 0] = OUTCOME_CODE.timeout;
    record.outcome[a[3] ?? 0] = OUTCOME_CODE.reset;
    record.outcome[b[3] ?? 0] = OUTCOME_CODE.reset;
    expect(pairedFailures(record, blocks)).toEqual({
      pairs: 60,
      incumbentOnly: 1,
      candidateOnly: 2,
      both: 1,
    });
    // Of these only the 500 was said by a backend.
    expect(pairedRefusals(record, blocks)).toEqual({
      pairs: 60,
      incumbentOnly: 1,
      candidateOnly: 0,
      both: 0,
    });
  });

  it('is recall by need: means over the same requests on both sides, undefined ones left out', () => {
    const { record, blocks } = rung(10, 10);
    const needs = Array.from({ length: 100 }, (_, query) => (query % 2 === 0 ? 'even' : 'odd'));
    const isOdd = (row: number) => (record.schedule.query[row] ?? 0) % 2 === 1;
    const found = recallByNeed(record, blocks, needs, (row) =>
      isOdd(row) ? null : { incumbent: 1, candidate: 0.25 },
    );
    expect(found).toEqual([{ need: 'even', incumbent: 1, candidate: 0.25 }]);
  });

  it('compares recall over what both gave, and as served where one at least gave a row', () => {
    const { record, blocks } = rung(10, 10);
    // By query modulo 5: whole lists, incumbent empty, both empty, incumbent short, candidate failed.
    const needs = Array.from({ length: 100 }, (_, query) => String(query % 5));
    const whole = { recall: 1, rows: 10 };
    const none = { recall: 0, rows: 0 };
    const [short, lost] = [
      { recall: 0.5, rows: 5 },
      { recall: 0.9, rows: 10 },
    ];
    const kinds = [
      [whole, lost],
      [none, whole],
      [none, none],
      [short, whole],
      [whole, null],
    ];
    const values = Array.from({ length: record.schedule.count }, (_, row) => {
      const [query = 0, arm] = [record.schedule.query[row], record.schedule.arm[row]];
      const value = kinds[query % 5]?.[arm === 1 ? 1 : 0] ?? null;
      if (value === null) record.outcome[row] = OUTCOME_CODE.http;
      return value;
    });
    const facts = recallFacts({ record, values }, blocks, needs, true);
    const byNeed = (
      found: readonly { need: string; incumbent: number; candidate: number }[] = [],
    ) =>
      Object.fromEntries(
        found.map(({ need, incumbent, candidate }) => [need, candidate - incumbent]),
      );
    expect(byNeed(facts.recallClaims?.level)).toEqual({ 0: expect.closeTo(-0.1, 9), 3: 0 });
    expect(byNeed(facts.recallClaims?.served)).toEqual({
      0: expect.closeTo(-0.1, 9),
      1: 1,
      3: 0.5,
      4: -1,
    });
    // What the candidate is worth by itself counts all requests.
    expect(facts.recall?.map(({ need }) => need).sort()).toEqual(['0', '1', '2', '3', '4']);
    expect(recallFacts({ record, values }, blocks, needs, false)).toEqual({
      recall: null,
      recallOfAnswered: null,
    });
  });
});

describe('a ramp', () => {
  const options = {
    queryCount: 2,
    warmUpMs: 1000,
    fromPerSecond: 100,
    toPerSecond: 300,
    durationMs: 10_000,
    process: 'constant' as const,
    seed: 1,
  };

  it('warms up at its mean rate and then offers what the line between the rates says: 2,000 in 10 s', () => {
    const schedule = rampSchedule(options);
    const warm = schedule.measured.filter((flag) => flag === 0).length;
    expect([warm, schedule.count - warm]).toEqual([200, 2000]);
  });

  it('is summed up by windows of intended time: 312.5, 437.5, 562.5, 687.5 by integration', () => {
    const record = createRecord(rampSchedule(options));
    for (let row = 0; row < record.schedule.count; row++) answered(record, row);
    const windows = rampWindows(record, options, 1000, 4);
    expect(windows.map(({ fromPerSecond }) => fromPerSecond)).toEqual([100, 150, 200, 250]);
    for (const [at, expected] of [312.5, 437.5, 562.5, 687.5].entries()) {
      expect(Math.abs((windows[at]?.tally.scheduled ?? 0) - expected)).toBeLessThan(1.01);
    }
    expect(windows[3]?.summary?.response.p50Ms).toBeCloseTo(5, 9);
  });
});
