import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definedMean, mean, sampleSd, sampleVariance, sum } from '../../src/stats/moments.ts';
import {
  harrellDavis,
  maritzJarrettError,
  medianOf,
  orderStatisticInterval,
  quantileInverseCdf,
  quantileType7,
} from '../../src/stats/quantiles.ts';

const INFINITY = Number.POSITIVE_INFINITY;
const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantiles', () => {
  it('lie within the values and rise with q', () => {
    fc.assert(
      fc.property(values, share, share, (x, a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        const slack = 1e-6;
        for (const quantile of [
          quantileType7,
          quantileInverseCdf,
          (list: number[], q: number) => harrellDavis(list, q).value,
        ]) {
          const atLow = quantile(x, low) ?? Number.NaN;
          const atHigh = quantile(x, high) ?? Number.NaN;
          expect(atLow).toBeLessThanOrEqual(atHigh + slack);
          expect(atLow).toBeGreaterThanOrEqual(Math.min(...x) - slack);
          expect(atHigh).toBeLessThanOrEqual(Math.max(...x) + slack);
        }
      }),
    );
  });

  it('are undefined without values', () => {
    expect(quantileType7([], 0.5)).toBeNull();
    expect(medianOf([])).toBeNull();
    expect(quantileInverseCdf([], 0.5)).toBeNull();
    expect(harrellDavis([], 0.5)).toEqual({ value: null, standardError: null });
    expect(maritzJarrettError([], 0.5)).toBeNull();
    expect(orderStatisticInterval([], 0.5).coverage).toBeNull();
  });

  it('never mix a finite value with an unfinished one by inverse CDF', () => {
    const latencies = [
      ...Array.from({ length: 95 }, (_, at) => at + 1),
      ...Array(5).fill(INFINITY),
    ];
    expect(quantileInverseCdf(latencies, 0.95)).toBe(95);
    expect(quantileInverseCdf(latencies, 0.951)).toBe(INFINITY);
    expect(quantileInverseCdf(latencies, 0)).toBe(1);
    expect(quantileInverseCdf(latencies, 1)).toBe(INFINITY);
    expect(quantileType7([1, INFINITY, INFINITY], 1)).toBe(INFINITY);
    expect(quantileType7([1, 2, INFINITY], 0.5)).toBe(2);
  });

  it('take the n·q-th value exactly, though n·q rounds upwards', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    for (let percent = 1; percent <= 100; percent++) {
      expect(quantileInverseCdf(hundred, percent / 100)).toBe(percent);
    }
  });

  it('of Harrell and Davis are the mean of the ends for two values at the median', () => {
    expect(harrellDavis([0, 1], 0.5).value).toBeCloseTo(0.5, 12);
    expect(harrellDavis([7], 0.3)).toEqual({ value: 7, standardError: 0 });
    expect(harrellDavis([1, 2, 3], 1)).toEqual({ value: 3, standardError: null });
  });

  it('keep the standard error of a far shifted sample', () => {
    const x = Array.from({ length: 30 }, (_, at) => Math.sin(at));
    const near = harrellDavis(x, 0.5).standardError ?? 0;
    const far =
      harrellDavis(
        x.map((value) => value + 1e9),
        0.5,
      ).standardError ?? 0;
    expect(far).toBeCloseTo(near, 6);
  });

  it('have order statistic intervals that cover at least what is asked, or say what is missing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.constantFrom(0.8, 0.95, 0.99),
        (n, q, confidence) => {
          const x = Float64Array.from({ length: n }, (_, at) => at + 1);
          const interval = orderStatisticInterval(x, q, confidence);
          expect(interval.coverage ?? 0).toBeGreaterThanOrEqual(confidence - 1e-9);
          expect(interval.lower).toBe(interval.lowerRank);
          expect(interval.upper).toBe(interval.upperRank);
        },
      ),
    );
  });
});

describe('moments', () => {
  it('sum pairwise: a million tenths are a hundred thousand to the last digits', () => {
    expect(sum(new Float64Array(1e6).fill(0.1))).toBeCloseTo(1e5, 9);
  });

  it('sum exactly what whole numbers sum to, in any length', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 700 }), (x) => {
        expect(sum(x)).toBe(x.reduce((total, value) => total + value, 0));
      }),
    );
  });

  it('are null where there are too few values', () => {
    expect(mean([])).toBeNull();
    expect(sampleVariance([1])).toBeNull();
    expect(sampleSd([1])).toBeNull();
    expect(sampleSd([1, 3])).toBeCloseTo(Math.SQRT2, 15);
  });

  it('leave out and count what is undefined', () => {
    expect(definedMean([1, null, 3])).toEqual({ mean: 2, n: 2, undefinedCount: 1 });
    expect(definedMean([null])).toEqual({ mean: null, n: 0, undefinedCount: 1 });
  });
});
