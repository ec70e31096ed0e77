import { describe, expect, it } from 'vitest';
import { needsToDecide } from '../../src/stats/decisions/needs-to-decide.ts';
import { needsWithPower } from '../../src/stats/decisions/needs-with-power.ts';
import { meanBounds } from '../../src/stats/intervals/bounded-mean-bound.ts';

describe('needs that decide in four of five samples', () => {
  it('are those of identical backends where nothing differs', () => {
    expect(needsWithPower([], 0.005)).toBe(598);
    expect(needsWithPower(new Array<number>(50).fill(0), 0.005)).toBe(598);
  });

  it('are more than the plain projection, and decide in at least 70% of fresh samples', () => {
    const sample = [...new Array<number>(3).fill(-0.3), ...new Array<number>(297).fill(0)];
    const plain = needsToDecide(sample, 0.01).needs ?? 0;
    const needs = needsWithPower(sample, 0.01) ?? 0;
    expect(needs).toBeGreaterThanOrEqual(plain);
    let state = 99;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let decided = 0;
    for (let trial = 0; trial < 100; trial++) {
      const fresh = Array.from({ length: needs }, () => (uniform() < 0.01 ? -0.3 : 0));
      if (meanBounds(fresh).lower > -0.01) decided += 1;
    }
    expect(decided).toBeGreaterThanOrEqual(70);
  });

  it('are null where the mean lies on the margin', () => {
    expect(needsWithPower([-0.01, -0.01], 0.01)).toBeNull();
  });
});
