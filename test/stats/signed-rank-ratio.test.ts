import { describe, expect, it } from 'vitest';
import {
  signedRankCritical,
  signedRankRatio,
} from '../../src/stats/intervals/signed-rank-ratio.ts';

describe('critical values of the signed-rank law', () => {
  // Hollander & Wolfe, table A.4, and scipy.stats: P(W+ <= 17) = .0461 at n = 12, P(W+ <= 18) = .0549.
  it.each([
    [4, null],
    [5, 0],
    [6, 2],
    [7, 3],
    [8, 5],
    [10, 10],
    [12, 17],
    [15, 30],
    [20, 60],
    [25, 100],
    [30, 151],
  ])('%i pairs at .05: %s', (n, expected) => {
    expect(signedRankCritical(n)).toBe(expected);
  });

  it('by enumeration of all signs, for every n up to 12 and several levels', () => {
    for (let n = 1; n <= 12; n++) {
      const sums: number[] = [];
      for (let signs = 0; signs < 2 ** n; signs++) {
        let sum = 0;
        for (let rank = 1; rank <= n; rank++) if ((signs >> (rank - 1)) & 1) sum += rank;
        sums.push(sum);
      }
      for (const alpha of [0.05, 0.025, 0.01, 0.1]) {
        const within = (c: number) => sums.filter((sum) => sum <= c).length / sums.length <= alpha;
        const critical = signedRankCritical(n, alpha);
        if (critical === null) expect(within(0)).toBe(false);
        else {
          expect(within(critical)).toBe(true);
          expect(within(critical + 1)).toBe(false);
        }
      }
    }
  });

  it('runs on beyond sixty pairs without a jump', () => {
    const at60 = signedRankCritical(60) ?? 0;
    const at61 = signedRankCritical(61) ?? 0;
    expect(at60).toBe(690);
    expect(at61 - at60).toBeGreaterThan(15);
    expect(at61 - at60).toBeLessThan(35);
  });
});

describe('the ratio of paired blocks', () => {
  it('is the Hodges–Lehmann estimate with the 18th smallest and greatest of 78 averages at 12 pairs', () => {
    const old = Array.from({ length: 12 }, () => 1);
    const fresh = [1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07, 1.08, 1.09, 1.1, 1.11, 1.12];
    const logs = fresh.map(Math.log);
    const walsh = logs
      .flatMap((a, i) => logs.slice(i).map((b) => (a + b) / 2))
      .toSorted((a, b) => a - b);
    const { ratio, lower, upper } = signedRankRatio(old, fresh);
    expect(walsh).toHaveLength(78);
    expect(lower).toBeCloseTo(Math.exp(walsh[17] ?? 0), 12);
    expect(upper).toBeCloseTo(Math.exp(walsh[60] ?? 0), 12);
    expect(ratio).toBeCloseTo(Math.exp(((walsh[38] ?? 0) + (walsh[39] ?? 0)) / 2), 12);
  });

  it('is hardly moved by one wild block, and turns over with the sides', () => {
    const old = [10, 11, 9, 10, 12, 10, 11, 9, 10, 10, 11, 10];
    const fresh = old.map((value) => value * 1.02);
    const wild = fresh.with(3, 900);
    expect(signedRankRatio(old, fresh).ratio).toBeCloseTo(1.02, 10);
    expect(signedRankRatio(old, wild).ratio).toBeCloseTo(1.02, 10);
    expect(signedRankRatio(old, wild).upper).toBeLessThan(1.1 * 10);
    const there = signedRankRatio(old, wild);
    const back = signedRankRatio(wild, old);
    expect(1 / (back.ratio ?? 0)).toBeCloseTo(there.ratio ?? 0, 10);
    expect(1 / (back.upper ?? 0)).toBeCloseTo(there.lower ?? 0, 10);
  });

  it('is null without pairs and where a block has no finite positive value; bounds need five pairs', () => {
    expect(signedRankRatio([], [])).toEqual({ n: 0, ratio: null, lower: null, upper: null });
    expect(signedRankRatio([1, 0], [1, 1]).ratio).toBeNull();
    expect(signedRankRatio([1], [Number.POSITIVE_INFINITY]).ratio).toBeNull();
    expect(signedRankRatio([1, 1, 1, 1], [2, 2, 2, 2])).toMatchObject({ lower: null, upper: null });
    expect(() => signedRankRatio([1], [])).toThrow(RangeError);
  });

  it('covers: of 2,000 skewless noisy ratios about one, 3.5 to 6.5% of the lower bounds lie above', () => {
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let above = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const old = Array.from({ length: 12 }, () => 1);
      const fresh = old.map(() => Math.exp(0.1 * normal()));
      if ((signedRankRatio(old, fresh).lower ?? 0) > 1) above += 1;
    }
    expect(above / 2000).toBeGreaterThan(0.035);
    expect(above / 2000).toBeLessThan(0.065);
  });
});
