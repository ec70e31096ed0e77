import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMachines } from '../../src/load/find/requests/machines.ts';
import { interleavedSchedule } from '../../src/load/pace/interleave.ts';
import { sliceSchedule } from '../../src/load/pace/slice.ts';
import { mergeSlices, worstOf } from '../../src/load/record/merge-slices.ts';
import { createRecord, OUTCOME_CODE, outcomeOf } from '../../src/load/recorder.ts';

const options = {
  pairCount: 4,
  requestsPerBlock: 200,
  discardPerBlock: 10,
  ratePerSecond: 400,
  process: 'poisson' as const,
  seed: 3,
  queryCount: 90,
  warmUpMs: 500,
};
const whole = interleavedSchedule(options);
const slicesOf = (machines: number, process: 'poisson' | 'constant' = 'poisson') =>
  Array.from({ length: machines }, (_, machine) =>
    sliceSchedule(whole, { machines, machine, process, seed: options.seed }),
  );

describe('the slices of a schedule', () => {
  it('are the schedule itself, every request once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('poisson', 'constant' as const),
        (machines, process) => {
          const slices = slicesOf(machines, process);
          const rows = slices.flatMap((slice) => [...slice.rows]).toSorted((a, b) => a - b);
          expect(rows).toEqual(Array.from({ length: whole.schedule.count }, (_, row) => row));
          for (const { schedule, rows: own } of slices) {
            expect(schedule.durationMs).toBe(whole.schedule.durationMs);
            for (const name of ['intendedMs', 'query', 'arm', 'block', 'measured'] as const) {
              expect([...schedule[name]]).toEqual([...own].map((row) => whole.schedule[name][row]));
            }
          }
        },
      ),
    );
  });

  it('cut both blocks of a pair alike', () => {
    const [first] = slicesOf(3);
    const asked = (block: number) =>
      [...(first?.schedule.query ?? [])].filter((_, at) => first?.schedule.block[at] === block);
    for (let pair = 0; pair < options.pairCount; pair++) {
      const [a, b] = whole.blocks.filter((block) => block.pair === pair);
      expect(asked(a?.block ?? -1)).toEqual(asked(b?.block ?? -2));
    }
  });

  it('are thinned by independent draws: gaps stay exponential', () => {
    const { schedule } = sliceSchedule(
      interleavedSchedule({ ...options, pairCount: 20, requestsPerBlock: 1000 }),
      { machines: 4, machine: 1, process: 'poisson', seed: 5 },
    );
    const gaps = [...schedule.intendedMs].map((at, i, all) => at - (all[i - 1] ?? 0)).slice(1);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(
      gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length,
    );
    // Exponential: the deviation is the mean. 1,000 gaps a machine and block pin both to some percent.
    expect(mean / (4 * 2.5)).toBeGreaterThan(0.95);
    expect(mean / (4 * 2.5)).toBeLessThan(1.05);
    expect(deviation / mean).toBeGreaterThan(0.93);
    expect(deviation / mean).toBeLessThan(1.07);
  });
});

describe('merged slices', () => {
  function sent({ schedule, rows }: ReturnType<typeof sliceSchedule>, lateMs: number) {
    const record = createRecord(schedule);
    record.firedMs.set(schedule.intendedMs);
    record.endMs.set(schedule.intendedMs.map((at) => at + 3));
    record.outcome.fill(OUTCOME_CODE.ok);
    record.variant.set([...rows].map((row) => row % 100));
    return { record, rows, lateMs };
  }

  it('are one record on one axis of time; latency stays what it was', () => {
    const [a, b] = slicesOf(2);
    if (a === undefined || b === undefined) throw new Error('no slices');
    const merged = mergeSlices(whole.schedule, [sent(a, 0), sent(b, 2)]);
    for (let row = 0; row < whole.schedule.count; row++) {
      const late = a.rows.includes(row) ? 0 : 2;
      const intended = (whole.schedule.intendedMs[row] ?? 0) + late;
      expect(merged.schedule.intendedMs[row]).toBe(intended);
      expect((merged.endMs[row] ?? 0) - intended).toBeCloseTo(3, 9);
      expect(merged.variant[row]).toBe(row % 100);
    }
    expect(() => mergeSlices(whole.schedule, [sent(a, 0), sent(a, 0)])).toThrow('in two slices');
  });

  it('without one that was lost have its requests as never sent, and are not valid', () => {
    const [a, b] = slicesOf(2);
    if (a === undefined || b === undefined) throw new Error('no slices');
    const merged = mergeSlices(whole.schedule, [sent(a, 0)]);
    expect(new Set([...b.rows].map((row) => outcomeOf(merged, row)))).toEqual(new Set(['unsent']));
    const health = {
      slipP99Ms: 0.1,
      loopDelayP99Ms: 1,
      headroom: 0.5,
      offeredPerSecond: 100,
      firedPerSecond: 100,
      steal: 0,
    };
    const fit = { name: 'one', health, lateMs: 0.2, clockMs: 0.1 };
    const valid = { valid: true, reasons: [] };
    expect(judgeMachines(valid, [fit], null)).toEqual(valid);
    const judged = judgeMachines(
      valid,
      [
        fit,
        { name: 'two', health: null, lateMs: null, clockMs: null },
        { ...fit, name: 'three', lateMs: 80 },
        { ...fit, name: 'four', health: { ...health, headroom: 0.01 } },
      ],
      null,
    );
    expect(judged.valid).toBe(false);
    expect(judged.reasons).toEqual([
      'the slice of two was lost, and is never sent again',
      'three: began 80 ms from the agreed time',
      'four: driver thread idle for only 1.00% of the time',
    ]);
  });

  it('were driven as well as the worst machine', () => {
    expect(
      worstOf([
        { loopDelayP99Ms: 1, headroom: 0.5, steal: null },
        { loopDelayP99Ms: 3, headroom: 0.2, steal: 0.1 },
      ]),
    ).toEqual({ loopDelayP99Ms: 3, headroom: 0.2, steal: 0.1 });
  });
});
