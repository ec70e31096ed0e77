import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benjaminiHochbergAdjusted,
  holmAdjusted,
} from '../../src/stats/decisions/multiple-comparisons.ts';
import { signFlipTest } from '../../src/stats/decisions/sign-flip.ts';
import { baselineBounds } from '../../src/stats/intervals/baseline-bounds.ts';
import { bcaFromReplicates, bcaInterval } from '../../src/stats/intervals/bca.ts';
import {
  clopperPearsonInterval,
  wilsonInterval,
} from '../../src/stats/intervals/binomial-interval.ts';
import { pairedLogRatio } from '../../src/stats/intervals/paired-log-ratio.ts';

describe('the sign-flip test', () => {
  it('leaves zeros out of the flips without changing a share', () => {
    const plain = signFlipTest([0.1, 0.2, 0.3]);
    const padded = signFlipTest([0.1, 0, 0.2, 0, 0.3, ...new Array<number>(40).fill(0)]);
    expect(plain).toMatchObject({ pGreater: 0.125, pLess: 1, pTwoSided: 0.25, exact: true });
    expect({ ...padded, mean: 0 }).toEqual({ ...plain, mean: 0 });
  });

  it('counts all flips up to 20 differences, and beyond samples 9,999 and the observed one', () => {
    expect(signFlipTest(new Array<number>(20).fill(1))).toMatchObject({
      pGreater: 2 ** -20,
      exact: true,
    });
    expect(signFlipTest(new Array<number>(21).fill(1))).toMatchObject({
      pGreater: 1 / 10_000,
      pTwoSided: 1 / 10_000,
      exact: false,
    });
  });

  it('samples near the exact share, and the same for the same seed', () => {
    const values = [0.3, -0.1, 0.2, 0.25, -0.15, 0.05, 0.4, -0.35, 0.1, 0.12];
    const exact = signFlipTest(values);
    const sampled = signFlipTest(values, { exactUpTo: 0, seed: 3 });
    expect(Math.abs((sampled.pGreater ?? 0) - (exact.pGreater ?? 0))).toBeLessThan(0.02);
    expect(signFlipTest(values, { exactUpTo: 0, seed: 3 })).toEqual(sampled);
  });

  it('has no answer without differences', () => {
    expect(signFlipTest([])).toMatchObject({ mean: null, pGreater: null, pTwoSided: null });
  });
});

describe('adjusted p-values', () => {
  const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

  it('lie between the raw value and Bonferroni’s, Holm never below Benjamini–Hochberg', () => {
    fc.assert(
      fc.property(p, (raw) => {
        const holm = holmAdjusted(raw);
        const bh = benjaminiHochbergAdjusted(raw);
        for (const [at, value] of raw.entries()) {
          expect(bh[at]).toBeGreaterThanOrEqual(value - 1e-15);
          expect(holm[at]).toBeGreaterThanOrEqual((bh[at] ?? 2) - 1e-15);
          expect(holm[at]).toBeLessThanOrEqual(Math.min(1, raw.length * value) + 1e-15);
        }
      }),
    );
  });

  it('keep the order of the raw ones', () => {
    fc.assert(
      fc.property(p, (raw) => {
        for (const adjusted of [holmAdjusted(raw), benjaminiHochbergAdjusted(raw)]) {
          const inOrder = raw
            .map((value, at) => [value, adjusted[at] ?? 0] as const)
            .sort(([a], [b]) => a - b)
            .map(([, value]) => value);
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('the BCa interval', () => {
  it('is undefined where all data are equal, or the mean lies outside the replicates', () => {
    expect(bcaFromReplicates([1, 1], [1, 1])).toMatchObject({ acceleration: null, lower: null });
    expect(bcaFromReplicates([0, 1], [0.6, 0.7])).toMatchObject({ z0: null, upper: null });
    expect(bcaFromReplicates([], [])).toMatchObject({ theta: null, lower: null });
  });

  it('is the same for the same seed, and holds the mean of a plain sample', () => {
    const data = Float64Array.from({ length: 50 }, (_, at) => Math.sin(at) / 10);
    const interval = bcaInterval(data, { seed: 5 });
    expect(bcaInterval(data, { seed: 5 })).toEqual(interval);
    expect(bcaInterval(data, { seed: 6 })).not.toEqual(interval);
    expect(interval.lower ?? 1).toBeLessThan(interval.theta ?? 0);
    expect(interval.upper ?? -1).toBeGreaterThan(interval.theta ?? 0);
  });
});

describe('intervals of a share', () => {
  it('hold the share, and Clopper–Pearson’s mirror each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (n, draw) => {
        const k = draw % (n + 1);
        for (const interval of [wilsonInterval(k, n), clopperPearsonInterval(k, n)]) {
          expect(interval?.lower ?? 2).toBeLessThanOrEqual(k / n + 1e-12);
          expect(interval?.upper ?? -1).toBeGreaterThanOrEqual(k / n - 1e-12);
        }
        const there = clopperPearsonInterval(k, n);
        const back = clopperPearsonInterval(n - k, n);
        expect(there?.lower).toBeCloseTo(1 - (back?.upper ?? 2), 10);
      }),
    );
  });

  it('do not exist for no trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(clopperPearsonInterval(0, 0)).toBeNull();
  });
});

describe('the paired ratio', () => {
  it('is turned over when the sides are', () => {
    const there = pairedLogRatio([1, 2, 4], [2, 3, 5]);
    const back = pairedLogRatio([2, 3, 5], [1, 2, 4]);
    expect(there.ratio).toBeCloseTo(1 / (back.ratio ?? 0), 12);
    expect(there.lowerOneSided).toBeCloseTo(1 / (back.upperOneSided ?? 0), 12);
  });

  it('has no bounds for one pair, and no ratio for none or for values that are no durations', () => {
    expect(pairedLogRatio([2], [3])).toMatchObject({ ratio: 1.5, ci: null, upperOneSided: null });
    expect(pairedLogRatio([], []).ratio).toBeNull();
    expect(pairedLogRatio([1, 0], [1, 1]).ratio).toBeNull();
    expect(pairedLogRatio([1, 1], [1, Number.POSITIVE_INFINITY])).toMatchObject({
      ratio: null,
      upperOneSided: null,
    });
  });
});

describe('bounds from past runs', () => {
  it('need two runs, and collapse where all are alike', () => {
    expect(baselineBounds([1])).toEqual({ t: null, z: null, mad: null, iqr: null });
    expect(baselineBounds([0, 0, 0])).toMatchObject({ t: [0, 0], iqr: [0, 0] });
  });
});
