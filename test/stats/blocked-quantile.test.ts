import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockedQuantile } from '../../src/stats/intervals/blocked-quantile.ts';
import { randomOf } from '../../src/stats/random.ts';

const options = { seed: 1 };
const ramp = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('a pooled quantile of blocks', () => {
  it('has no upper bound where n is too small for one: p99 needs 299 values (0.99^299 < 0.05)', () => {
    const blocks = (perBlock: number) => [ramp(0, perBlock), ramp(0, perBlock)];
    expect(blockedQuantile(blocks(149), 0.99, options).upper).toBeNull();
    expect(blockedQuantile(blocks(150), 0.99, options).upper).not.toBeNull();
  });

  it('is bounded by order statistics where all blocks are alike: Binomial(1000, ½), ranks 474 and 527', () => {
    const blocks = Array.from({ length: 10 }, () => ramp(1, 100));
    const { value, lower, upper } = blockedQuantile(blocks, 0.5, options);
    expect(value).toBe(50);
    // Each value occurs ten times: rank r holds ⌈r/10⌉.
    expect([lower, upper]).toEqual([48, 53]);
  });

  it('is bounded wider where blocks differ: a stall in some blocks is no accident of single requests', () => {
    const mixed = Array.from({ length: 12 }, (_, b) =>
      new Array<number>(200).fill(b < 5 ? 100 : 1),
    );
    const { lower, upper } = blockedQuantile(mixed, 0.5, options);
    expect(lower).toBeLessThanOrEqual(1);
    expect(upper).toBe(100);
  });

  it('covers the median of 12 alike blocks in at least 92% of 200 seeded draws, each side', () => {
    const random = randomOf(11);
    let lower = 0;
    let upper = 0;
    for (let draw = 0; draw < 200; draw++) {
      const blocks = Array.from({ length: 12 }, () => Array.from({ length: 20 }, random.fraction));
      const found = blockedQuantile(blocks, 0.5, { seed: draw, resamples: 100 });
      if ((found.lower ?? 1) <= 0.5) lower++;
      if ((found.upper ?? 0) >= 0.5) upper++;
    }
    expect(Math.min(lower, upper)).toBeGreaterThanOrEqual(184);
  });

  it('is not bounded from above where some blocks lose requests and others none', () => {
    const clean = new Array<number>(200).fill(1);
    const lossy = [...new Array<number>(190).fill(1), ...new Array<number>(10).fill(Infinity)];
    const blocks = [lossy, ...Array.from({ length: 11 }, () => clean)];
    const { value, upper } = blockedQuantile(blocks, 0.99, options);
    expect([value, upper]).toEqual([1, Number.POSITIVE_INFINITY]);
  });

  it('takes +∞ as a value and one block as no evidence', () => {
    const never = new Array<number>(400).fill(Number.POSITIVE_INFINITY);
    expect(blockedQuantile([never, never], 0.99, options)).toMatchObject({
      value: Number.POSITIVE_INFINITY,
      lower: Number.POSITIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    });
    expect(blockedQuantile([never], 0.5, options)).toMatchObject({ lower: null, upper: null });
    expect(blockedQuantile([], 0.5, options)).toMatchObject({ value: null, n: 0 });
  });

  it('lies within its bounds, is the same for the same seed, and grows with its values', () => {
    const blocks = fc.array(
      fc.array(fc.double({ min: 0.01, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 }),
      {
        minLength: 2,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(blocks, fc.constantFrom(0.5, 0.95), (values, q) => {
        const found = blockedQuantile(values, q, { seed: 7, resamples: 100 });
        expect(blockedQuantile(values, q, { seed: 7, resamples: 100 })).toEqual(found);
        if (found.lower !== null) expect(found.lower).toBeLessThanOrEqual(found.value ?? 0);
        if (found.upper !== null) expect(found.upper).toBeGreaterThanOrEqual(found.value ?? 0);
        const doubled = blockedQuantile(
          values.map((block) => block.map((value) => 2 * value)),
          q,
          { seed: 7, resamples: 100 },
        );
        expect(doubled.value).toBe(2 * (found.value ?? 0));
      }),
      { numRuns: 60 },
    );
  });
});
