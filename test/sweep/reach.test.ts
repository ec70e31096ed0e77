import { describe, expect, it } from 'vitest';
import type { SweepPointFinding } from '../../src/sweep/find/findings.ts';
import { frontOf, reachedTargets } from '../../src/sweep/find/reach.ts';

function point(
  effort: number | null,
  recall: readonly [lower: number, mean: number, upper: number] | null,
  perSecond: number | null = null,
  selectivity: number | null = null,
): SweepPointFinding {
  const [lower, mean, upper] = recall ?? [null, null, null];
  const quantile = { valueMs: null, lowerMs: null, upperMs: null };
  return {
    variant: 0,
    effort,
    selectivity,
    recall: { mean, lower, upper, n: 100, undefinedCount: 0 },
    asked: 100,
    failed: 0,
    failure: null,
    short: 0,
    p50: quantile,
    p95: quantile,
    perSecond: { median: perSecond, least: perSecond, greatest: perSecond, slices: 1 },
    isOnFront: false,
  };
}

describe('what reaches a recall', () => {
  const points = [
    point(10, [0.7, 0.8, 0.85]),
    point(20, [0.91, 0.93, 0.95]),
    point(40, [0.94, 0.955, 0.97]),
    point(80, [0.945, 0.96, 0.975]),
  ];
  it('is the least effort whose bound reaches it', () => {
    expect(reachedTargets(points, [0.9])).toMatchObject([{ state: 'reached', point: 1 }]);
    expect(reachedTargets(points, [0.945])).toMatchObject([{ state: 'reached', point: 3 }]);
  });

  it('is not shown where a mean alone reaches it, and not reached where none does', () => {
    expect(reachedTargets(points, [0.95])).toMatchObject([{ state: 'not shown', point: 3 }]);
    expect(reachedTargets(points, [0.99])).toMatchObject([{ state: 'not reached', point: 3 }]);
  });

  it('stops at the first effort from above that falls short, whatever a smaller one shows', () => {
    const odd = [
      point(10, [0.96, 0.97, 0.98]),
      point(20, [0.8, 0.85, 0.9]),
      point(40, [0.96, 0.97, 0.98]),
    ];
    expect(reachedTargets(odd, [0.95])).toMatchObject([{ state: 'reached', point: 2 }]);
  });

  it('has no point where nothing was asked', () => {
    expect(reachedTargets([point(10, null)], [0.9])).toMatchObject([
      { state: 'not reached', point: null },
    ]);
  });
});

describe('the front', () => {
  it('leaves out what another setting beats in both, within one selectivity', () => {
    const points = [
      point(10, [0.8, 0.8, 0.8], 100),
      point(20, [0.9, 0.9, 0.9], 50),
      point(40, [0.85, 0.85, 0.85], 40),
      point(80, [0.9, 0.9, 0.9], 50),
      point(160, null, 1_000),
      point(10, [0.1, 0.1, 0.1], 10, 0.5),
    ];
    expect([...frontOf(points)]).toEqual([0, 1, 3, 5]);
  });
});
