import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairQuantiles } from '../../src/load/find/requests/block-pairs.ts';
import {
  blockOrder,
  interleavedSchedule,
  reservedQueries,
} from '../../src/load/pace/interleave.ts';
import { createRecord, OUTCOME_CODE } from '../../src/load/recorder.ts';

const options = {
  pairCount: 6,
  requestsPerBlock: 20,
  discardPerBlock: 5,
  ratePerSecond: 1000,
  process: 'poisson' as const,
  seed: 3,
  queryCount: 200,
  warmUpMs: 50,
};

describe('blockOrder', () => {
  it('is made of ABBA and BAAB groups', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (pairs, seed) => {
        const order = blockOrder(pairs, seed).join('');
        expect(order.length).toBe(2 * pairs);
        expect(order).toMatch(/^(0110|1001)*(01|10)?$/);
      }),
    );
  });

  it('takes both kinds of group over seeds', () => {
    const firsts = new Set(Array.from({ length: 20 }, (_, seed) => blockOrder(2, seed).join('')));
    expect(firsts).toEqual(new Set(['0110', '1001']));
  });
});

describe('interleavedSchedule', () => {
  const { schedule, blocks } = interleavedSchedule(options);
  const rowsOf = (block: number) =>
    Array.from({ length: schedule.count }, (_, row) => row).filter(
      (row) => schedule.block[row] === block,
    );

  it('asks both sides of a pair the same queries with the same gaps', () => {
    for (let pair = 0; pair < options.pairCount; pair++) {
      const [one, other] = blocks.filter((block) => block.pair === pair);
      const first = rowsOf(one?.block ?? -1);
      const second = rowsOf(other?.block ?? -1);
      expect(first.length).toBe(25);
      expect(new Set([one?.arm, other?.arm])).toEqual(new Set([0, 1]));
      expect(first.map((row) => schedule.query[row])).toEqual(
        second.map((row) => schedule.query[row]),
      );
      const gaps = (rows: number[]) =>
        rows
          .slice(1)
          .map((row) => (schedule.intendedMs[row] ?? 0) - (schedule.intendedMs[row - 1] ?? 0));
      gaps(first).forEach((gap, index) => {
        expect(gap).toBeCloseTo(gaps(second)[index] ?? Number.NaN, 6);
      });
    }
  });

  it('discards the first requests after every switch and all of the warm-up', () => {
    expect(rowsOf(0).map((row) => schedule.measured[row])).toEqual([
      ...new Array(5).fill(0),
      ...new Array(20).fill(1),
    ]);
    expect(rowsOf(-1).every((row) => schedule.measured[row] === 0)).toBe(true);
    expect(rowsOf(-1).length).toBe(100);
  });

  it('lets a first-touch block ask only what neither side was asked before, and a repeat only what both were', () => {
    const seen = [new Set<number>(), new Set<number>()];
    for (let row = 0; row < schedule.count; row++) {
      const arm = schedule.arm[row] ?? 0;
      const query = schedule.query[row] ?? -1;
      const exposure = blocks[schedule.block[row] ?? -1]?.exposure;
      if (exposure === 'first') expect(seen[arm]?.has(query)).toBe(false);
      if (exposure === 'repeat') expect(seen[arm]?.has(query)).toBe(true);
      seen[arm]?.add(query);
    }
    expect(new Set(blocks.map((block) => block.exposure))).toEqual(new Set(['first', 'repeat']));
  });

  it('repeats only what the warm-up reached where no first touch is wanted or possible', () => {
    for (const other of [
      { ...options, queryCount: 20 },
      { ...options, queries: 'repeat' as const },
      { ...options, queries: 'reserved' as const },
    ]) {
      const { schedule: plan, blocks: few } = interleavedSchedule(other);
      expect(few.every((block) => block.exposure === 'repeat')).toBe(true);
      const warm = [new Set<number>(), new Set<number>()];
      for (let row = 0; row < plan.count; row++) {
        const seen = warm[plan.arm[row] ?? 0];
        if (plan.block[row] === -1) seen?.add(plan.query[row] ?? -1);
        else expect(seen?.has(plan.query[row] ?? -1)).toBe(true);
      }
    }
  });

  it('keeps to the reserved tenth of the queries where first touches are to be left for later', () => {
    const { schedule: plan } = interleavedSchedule({
      ...options,
      queries: 'reserved',
      seed: 9,
      querySeed: 3,
    });
    const reserved = new Set(reservedQueries(options.queryCount, 3));
    expect(reserved.size).toBe(20);
    expect(plan.query.every((query) => reserved.has(query))).toBe(true);
  });
});

describe('pairQuantiles', () => {
  it('censors what has no end as infinite and pairs the blocks', () => {
    const { schedule, blocks } = interleavedSchedule({ ...options, pairCount: 2 });
    const record = createRecord(schedule);
    for (let row = 0; row < schedule.count; row++) {
      const slow = schedule.arm[row] === 1;
      record.endMs[row] = (schedule.intendedMs[row] ?? 0) + (slow ? 2 : 1);
      record.outcome[row] = OUTCOME_CODE.ok;
      if (slow && schedule.block[row] === blocks.find((b) => b.arm === 1)?.block) {
        record.outcome[row] = OUTCOME_CODE.timeout;
      }
    }
    const pairs = pairQuantiles(record, blocks, 0.5);
    expect(pairs.length).toBe(2);
    for (const pair of pairs) {
      expect(pair.firstMs).toBeCloseTo(1, 9);
      expect(pair.count).toBe(20);
    }
    expect(pairs.map((pair) => Math.round(pair.secondMs)).sort()).toEqual([
      2,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
