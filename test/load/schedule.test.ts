import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import {
  buildSchedule,
  intendedTimes,
  queryRounds,
  warmUpDurationMs,
} from '../../src/load/pace/schedule.ts';

const steady = (perSecond: number, durationMs: number) => ({
  durationMs,
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
});

describe('intendedTimes', () => {
  it('spaces a constant rate evenly from time 0', () => {
    expect([...intendedTimes([steady(4, 1000)], 'constant', 1)]).toEqual([0, 250, 500, 750]);
  });

  it('is the same for the same seed and another for another', () => {
    const times = (seed: number) => [...intendedTimes([steady(100, 1000)], 'poisson', seed)];
    expect(times(7)).toEqual(times(7));
    expect(times(7)).not.toEqual(times(8));
  });

  it('draws exponential gaps: their mean is 1/rate and so is their standard deviation', () => {
    const times = intendedTimes([steady(1000, 100_000)], 'poisson', 42);
    const gaps = Array.from(times.subarray(1), (time, index) => time - (times[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(1, 1);
  });

  it('ramps in a straight line: half of the requests of a ramp from 0 fall into its last 29.3% of time', () => {
    const times = intendedTimes(
      [{ durationMs: 10_000, fromPerSecond: 0, toPerSecond: 200 }],
      'constant',
      1,
    );
    expect(times.length).toBe(1000);
    expect(times[500]).toBeCloseTo(10_000 * Math.SQRT1_2, 6);
  });

  it('keeps the count that the rates add up to across segments', () => {
    const times = intendedTimes([steady(10, 1000), steady(20, 1000)], 'constant', 1);
    expect(times.length).toBe(30);
    expect(times[10]).toBeCloseTo(1000, 9);
    expect(times[11]).toBeCloseTo(1050, 9);
  });

  it('never goes back in time and stays within its segments', () => {
    const segment = fc.record({
      durationMs: fc.integer({ min: 1, max: 2000 }),
      fromPerSecond: fc.integer({ min: 0, max: 500 }),
      toPerSecond: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('constant' as const, 'poisson' as const),
        fc.integer(),
        (segments, process, seed) => {
          let times: Float64Array;
          try {
            times = intendedTimes(segments, process, seed);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
            return;
          }
          const endMs = segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
          for (let index = 0; index < times.length; index++) {
            const time = times[index] ?? Number.NaN;
            expect(time).toBeGreaterThanOrEqual(times[index - 1] ?? 0);
            expect(time).toBeLessThanOrEqual(endMs + 1e-6);
          }
        },
      ),
    );
  });

  it('refuses a schedule that holds no request', () => {
    expect(() => intendedTimes([steady(0, 1000)], 'poisson', 1)).toThrow(UsageError);
  });
});

describe('buildSchedule', () => {
  it('marks what is intended during the warm-up as not measured', () => {
    const schedule = buildSchedule({
      segments: [steady(10, 1000)],
      process: 'constant',
      seed: 1,
      queryCount: 3,
      warmUpMs: 300,
    });
    expect([...schedule.measured]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe('queryRounds', () => {
  it('asks every query once before it repeats any', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer(), (queryCount, seed) => {
        const queries = queryRounds(queryCount, 2 * queryCount, seed);
        expect(new Set(queries.subarray(0, queryCount)).size).toBe(queryCount);
        expect(new Set(queries.subarray(queryCount)).size).toBe(queryCount);
      }),
    );
  });
});

describe('warmUpDurationMs', () => {
  it('is at least 2 s and at least 1,000 requests', () => {
    expect(warmUpDurationMs(10_000)).toBe(2000);
    expect(warmUpDurationMs(100)).toBe(10_000);
  });
});
