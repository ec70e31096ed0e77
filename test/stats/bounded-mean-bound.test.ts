import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aboveThresholdP,
  meanBounds,
  meanLowerBound,
  meanUpperBound,
  notAboveThresholdP,
} from '../../src/stats/intervals/bounded-mean-bound.ts';
import { mean, sum } from '../../src/stats/moments.ts';
import { randomOf } from '../../src/stats/random.ts';

const difference = fc.oneof(
  fc.constant(0),
  fc.constantFrom(-1, -0.1, 0.1, 0.2, 1),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const sample = fc.array(difference, { minLength: 1, maxLength: 40 });
const level = fc.constantFrom(0.001, 0.025, 0.05, 0.2, 0.5);

function seeded(seed: number): () => number {
  return randomOf(seed).fraction;
}

describe('bounds of a bounded mean', () => {
  it('is −(1 − α^{1/n}) for n zeros over [−1, 1]', () => {
    for (const n of [1, 2, 10, 598, 20_000]) {
      for (const alpha of [1e-6, 0.05, 0.5, 0.9]) {
        const { lower, upper } = meanBounds(new Float64Array(n), { alpha });
        expect(lower).toBeCloseTo(-(1 - alpha ** (1 / n)), 12);
        expect(upper).toBe(-lower);
      }
    }
  });

  it('gives the exact values of piecewise polynomial distribution functions (computed with mpmath)', () => {
    // P(W ≤ t) = 1 − Σ_{z_j > t} (z_j − t)^{n−1} / Π_{k≠j}(z_j − z_k), 60 digits and more.
    expect(meanLowerBound([0.25, 0.5], { floor: 0, ceil: 1, alpha: 0.05 })).toBeCloseTo(
      0.07905694150420949,
      12,
    );
    expect(meanLowerBound([-0.5, 0, 0.125, 0.75], { alpha: 0.025 })).toBeCloseTo(
      -0.6039270837646947,
      12,
    );
  });

  it('is the trivial bound without values', () => {
    expect(meanBounds([])).toEqual({ lower: -1, upper: 1 });
    expect(meanBounds([], { floor: 0, ceil: 4 })).toEqual({ lower: 0, upper: 4 });
  });

  it('is exact where all values sit at an end of the range', () => {
    expect(meanLowerBound([-1, -1])).toBe(-1);
    expect(meanUpperBound([1, 1])).toBe(1);
    expect(meanLowerBound([1], { alpha: 0.05 })).toBeCloseTo(-0.9, 12);
  });

  it('refuses values outside the range, and levels outside (0, 1)', () => {
    expect(() => meanLowerBound([1.5])).toThrow(RangeError);
    expect(() => meanLowerBound([Number.NaN])).toThrow(RangeError);
    expect(() => meanLowerBound([0], { alpha: 0 })).toThrow(RangeError);
    expect(() => meanLowerBound([0], { alpha: 1 })).toThrow(RangeError);
  });

  it('keeps the mean between the bounds, and the bounds within the range', () => {
    fc.assert(
      fc.property(sample, level, (values, alpha) => {
        const { lower, upper } = meanBounds(values, { alpha });
        const centre = mean(values) ?? 0;
        expect(lower).toBeGreaterThanOrEqual(-1);
        expect(upper).toBeLessThanOrEqual(1);
        if (alpha <= 0.2) {
          expect(lower).toBeLessThanOrEqual(centre + 1e-9);
          expect(upper).toBeGreaterThanOrEqual(centre - 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('rises with every value, and with the level', () => {
    fc.assert(
      fc.property(
        sample,
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        level,
        (values, at, by, alpha) => {
          const place = at % values.length;
          const raised = values.with(place, Math.min(1, (values[place] ?? 0) + by));
          const before = meanBounds(values, { alpha });
          const after = meanBounds(raised, { alpha });
          expect(after.lower).toBeGreaterThanOrEqual(before.lower - 1e-11);
          expect(after.upper).toBeGreaterThanOrEqual(before.upper - 1e-11);
          const stricter = meanBounds(values, { alpha: alpha / 2 });
          expect(stricter.lower).toBeLessThanOrEqual(before.lower + 1e-11);
          expect(stricter.upper).toBeGreaterThanOrEqual(before.upper - 1e-11);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the same for any order, mirrored for negated values, scaled with the range', () => {
    fc.assert(
      fc.property(sample, level, (values, alpha) => {
        const { lower, upper } = meanBounds(values, { alpha });
        expect(meanLowerBound(values.toReversed(), { alpha })).toBe(lower);
        expect(
          meanUpperBound(
            values.map((value) => -value),
            { alpha },
          ),
        ).toBe(-lower);
        const wide = { floor: -3, ceil: 5, alpha };
        const mapped = values.map((value) => Math.min(5, Math.max(-3, 4 * value + 1)));
        expect(meanLowerBound(mapped, wide)).toBeCloseTo(4 * lower + 1, 9);
        expect(meanUpperBound(mapped, wide)).toBeCloseTo(4 * upper + 1, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with a Monte Carlo draw of the same weights', () => {
    const random = seeded(7);
    const values = Float64Array.from({ length: 60 }, () =>
      random() < 0.7 ? 0 : (random() - 0.6) / 2,
    );
    const draws = Float64Array.from({ length: 20_000 }, () => {
      let weights = -Math.log1p(-random());
      let total = -weights;
      for (const value of values) {
        const weight = -Math.log1p(-random());
        weights += weight;
        total += weight * value;
      }
      return total / weights;
    }).sort();
    expect(meanLowerBound(values)).toBeCloseTo(draws[1000] ?? 0, 2);
    expect(Math.abs(meanLowerBound(values) - (draws[1000] ?? 0))).toBeLessThan(2e-3);
  });

  it('holds for many different values, near ties and long samples', () => {
    const random = seeded(11);
    const many = Float64Array.from({ length: 20_000 }, () => (random() - 0.5) / 5);
    const { lower, upper } = meanBounds(many);
    const centre = sum(many) / many.length;
    const spread = 0.2 / Math.sqrt(12 * many.length);
    // Nearly normal: the bounds lie 1.645 standard errors out, and about 1/n more for the floor.
    expect((centre - lower) / spread).toBeGreaterThan(1.64);
    expect((centre - lower) / spread).toBeLessThan(1.9);
    expect((upper - centre) / spread).toBeLessThan(1.9);
    const near = Float64Array.from({ length: 5_000 }, () => random() * 1e-12);
    expect(meanLowerBound(near)).toBeCloseTo(-(1 - 0.05 ** (1 / 5_000)), 11);
  });
});

describe('p-values of a bounded mean', () => {
  it('are the levels at which a bound reaches the threshold', () => {
    fc.assert(
      fc.property(
        sample,
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        level,
        (values, at, alpha) => {
          const { lower, upper } = meanBounds(values, { alpha });
          const above = aboveThresholdP(values, at);
          if (Math.abs(lower - at) > 1e-9) expect(above < alpha).toBe(lower > at);
          const notAbove = notAboveThresholdP(values, at);
          if (Math.abs(upper - at) > 1e-9) expect(notAbove < alpha).toBe(upper < at);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keep their digits when they are tiny', () => {
    // n values of −1 and the ceiling: the share at −1 is Beta(n, 1), so p = ((1 + δ)/2)^n.
    const p = notAboveThresholdP(new Float64Array(100).fill(-1), -0.005);
    expect(p / (1.005 / 2) ** 100).toBeCloseTo(1, 10);
    const spread = Float64Array.from({ length: 400 }, (_, at) => -0.5 - at / 1e4);
    const small = notAboveThresholdP(spread, -0.005);
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(1e-50);
  });

  it('are 1 where nothing speaks for the claim', () => {
    expect(notAboveThresholdP([], -0.005)).toBe(1);
    expect(notAboveThresholdP([1, 1], -0.005)).toBe(1);
    expect(aboveThresholdP([-1], -0.005)).toBe(1);
  });
});
