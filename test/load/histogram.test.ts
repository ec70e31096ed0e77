import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  histogramQuantile,
  mergeHistograms,
  timeHistogram,
} from '../../src/load/record/histogram.ts';

describe('a histogram of times', () => {
  it('keeps exact count, min, max and sum beside buckets of three digits', async () => {
    const histogram = await timeHistogram([0.1234, 5, 1000.5, Number.POSITIVE_INFINITY]);
    expect(histogram).toMatchObject({
      count: 3,
      infiniteCount: 1,
      minMs: 0.1234,
      maxMs: 1000.5,
      sumMs: 1005.6234,
    });
    expect(await histogramQuantile(histogram, 0.5)).toBeCloseTo(5, 2);
    expect(await histogramQuantile(histogram, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(await histogramQuantile(await timeHistogram([]), 0.5)).toBeNull();
  });

  it('merges to what one histogram of all times would be', async () => {
    const times = fc.array(
      fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(times, times, async (one, other) => {
        const merged = await mergeHistograms([
          await timeHistogram(one),
          await timeHistogram(other),
        ]);
        const whole = await timeHistogram([...one, ...other]);
        expect(merged.hdrBase64).toBe(whole.hdrBase64);
        expect({ ...merged, sumMs: 0 }).toEqual({ ...whole, sumMs: 0 });
        expect(merged.sumMs).toBeCloseTo(whole.sumMs, 3);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses to merge what does not hold as many times as it says', async () => {
    const histogram = await timeHistogram([1, 2]);
    await expect(mergeHistograms([{ ...histogram, count: 3 }])).rejects.toMatchObject({
      code: 'load-histogram-count',
    });
  });
});
