import { describe, expect, it } from 'vitest';
import { alphaOfLook } from '../../src/stats/decisions/spent-alpha.ts';
import { designEffect } from '../../src/stats/intervals/design-effect.ts';

const valued = (groups: readonly (readonly number[])[]) =>
  groups.flatMap((group, at) => group.map((value) => ({ cluster: `c${at}`, value })));

describe('the design effect', () => {
  it('is one where every value is a cluster of its own', () => {
    const { designEffect: effect, clusters, n } = designEffect(valued([[0], [1], [0], [1], [1]]));
    expect(effect).toBeCloseTo(1, 12);
    expect([clusters, n]).toEqual([5, 5]);
  });

  it('grows to about the size of the clusters where all values of a cluster are equal', () => {
    const groups = Array.from({ length: 40 }, (_, at) => Array.from({ length: 30 }, () => at % 2));
    expect(designEffect(valued(groups)).designEffect).toBeCloseTo(
      30 * (40 / 39) * (1199 / 1200),
      6,
    );
  });

  it('falls below one where each cluster holds the whole spread', () => {
    const groups = Array.from({ length: 40 }, () => [0, 1]);
    expect(designEffect(valued(groups)).designEffect).toBeCloseTo(0, 12);
  });

  it('is null without spread and with a single cluster', () => {
    expect(
      designEffect(
        valued([
          [0, 0],
          [0, 0],
        ]),
      ).designEffect,
    ).toBeNull();
    expect(designEffect(valued([[0, 1, 2]])).designEffect).toBeNull();
    expect(designEffect([]).designEffect).toBeNull();
  });
});

describe('looking again', () => {
  it('spends at most α over all looks', () => {
    const spent = Array.from({ length: 50 }, (_, at) => alphaOfLook(at + 1));
    expect(spent[0]).toBe(0.025);
    expect(spent[1]).toBe(0.0125);
    expect(spent.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(0.05);
    expect(() => alphaOfLook(0)).toThrow(RangeError);
    expect(() => alphaOfLook(1.5)).toThrow(RangeError);
  });
});
