import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeTimes } from '../../src/load/find/requests/summary.ts';
import { judgeValidity } from '../../src/load/find/requests/validity.ts';
import { findKnee } from '../../src/load/find/saturation/knee.ts';
import { DEFAULT_OBJECTIVE, judgeTrial } from '../../src/load/find/saturation/objective.ts';
import {
  advanceSearch,
  beginSearch,
  SEARCH_DEFAULTS,
  searchSaturation,
} from '../../src/load/find/saturation/search.ts';
import { parseCpuTimes, stealShare } from '../../src/load/machine.ts';
import { quantileInverseCdfOfSorted } from '../../src/stats/quantiles.ts';

describe('quantileInverseCdfOfSorted', () => {
  it('is the smallest value with at least the share p at or below it (inverse CDF)', () => {
    const sorted = Float64Array.from({ length: 1000 }, (_, index) => index + 1);
    expect(quantileInverseCdfOfSorted(sorted, 0.5)).toBe(500);
    expect(quantileInverseCdfOfSorted(sorted, 0.99)).toBe(990);
    expect(quantileInverseCdfOfSorted(sorted, 0.999)).toBe(999);
    expect(quantileInverseCdfOfSorted(sorted, 1)).toBe(1000);
    expect(quantileInverseCdfOfSorted(sorted, 0)).toBe(1);
    expect(quantileInverseCdfOfSorted(new Float64Array(0), 0.5)).toBeNull();
  });
});

describe('summarizeTimes', () => {
  it('keeps unfinished requests in the percentiles and out of min, max and sum', () => {
    const times = Array.from({ length: 29 }, (_, at) => at + 1);
    const never = new Array(4).fill(Number.POSITIVE_INFINITY);
    const summary = summarizeTimes([...times, ...never]);
    expect(summary).toMatchObject({
      count: 33,
      infiniteCount: 4,
      p50Ms: 17,
      p90Ms: Number.POSITIVE_INFINITY,
      minMs: 1,
      maxMs: 29,
      sumMs: 435,
    });
  });

  it.each([
    ['p50Ms', 5],
    ['p90Ms', 29],
    ['p95Ms', 59],
    ['p99Ms', 299],
    ['p999Ms', 2995],
  ] as const)('has no %s below %i requests, which do not bound it from above', (name, least) => {
    expect(summarizeTimes(new Array(least - 1).fill(1))[name]).toBeNull();
    expect(summarizeTimes(new Array(least).fill(1))[name]).toBe(1);
  });
});

describe('judgeValidity', () => {
  const healthy = {
    slipP99Ms: 0.1,
    loopDelayP99Ms: 0.2,
    headroom: 0.6,
    offeredPerSecond: 1000,
    firedPerSecond: 1000,
    steal: 0,
  };

  it('lets a healthy trial stand', () => {
    expect(judgeValidity(healthy, null)).toEqual({ valid: true, reasons: [] });
  });

  it('allows slip up to 0.5 ms or 10% of the objective, whichever is more', () => {
    expect(judgeValidity({ ...healthy, slipP99Ms: 0.6 }, null).valid).toBe(false);
    expect(judgeValidity({ ...healthy, slipP99Ms: 0.6 }, 50).valid).toBe(true);
    expect(judgeValidity({ ...healthy, slipP99Ms: 5.1 }, 50).valid).toBe(false);
  });

  it('names what is wrong: a busy thread, an offer not kept, stolen time', () => {
    const { reasons } = judgeValidity(
      { ...healthy, headroom: 0.01, firedPerSecond: 980, steal: 0.2, loopDelayP99Ms: 30 },
      null,
    );
    expect(reasons.length).toBe(4);
  });
});

describe('stolen time', () => {
  it('is the eighth field of the first line of /proc/stat', () => {
    const before = parseCpuTimes('cpu  100 0 0 800 0 0 0 100 0 0\ncpu0 1 2 3\n');
    const after = parseCpuTimes('cpu  150 0 0 820 0 0 0 130 40 0\ncpu0 1 2 3\n');
    expect(before).toEqual({ total: 1000, steal: 100 });
    expect(stealShare(before, after)).toBeCloseTo(0.3, 12);
  });

  it('is unknown where the system does not say', () => {
    expect(parseCpuTimes('intr 1 2 3')).toBeNull();
    expect(stealShare(null, null)).toBeNull();
  });
});

describe('judgeTrial', () => {
  const facts = {
    valid: true,
    p99Ms: 10,
    errorRate: 0,
    recall: 0.99,
    backlogPerSecond: 0,
    offeredPerSecond: 1000,
  };

  it('passes within the objective and fails on latency, errors, recall or backlog', () => {
    const objective = { ...DEFAULT_OBJECTIVE, minRecall: 0.98 };
    expect(judgeTrial(facts, objective)).toBe('pass');
    expect(judgeTrial({ ...facts, p99Ms: 50.1 }, objective)).toBe('fail');
    expect(judgeTrial({ ...facts, errorRate: 0.001 }, objective)).toBe('fail');
    expect(judgeTrial({ ...facts, recall: 0.97 }, objective)).toBe('fail');
    expect(judgeTrial({ ...facts, backlogPerSecond: 6 }, objective)).toBe('fail');
  });

  it('takes an invalid trial for no failure and a missing figure for no pass', () => {
    expect(judgeTrial({ ...facts, valid: false, p99Ms: 1e9 }, DEFAULT_OBJECTIVE)).toBe('invalid');
    expect(judgeTrial({ ...facts, p99Ms: null }, DEFAULT_OBJECTIVE)).toBe('fail');
  });
});

describe('the saturation search', () => {
  const options = (firstRate: number, ceilingRate = 1e6) => ({
    ...SEARCH_DEFAULTS,
    firstRate,
    ceilingRate,
  });

  it('finds any capacity to within 1%, wherever it begins, and confirms it twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 5, max: 50_000, noNaN: true }),
        fc.double({ min: 1, max: 60_000, noNaN: true }),
        async (capacity, firstRate) => {
          const passes = new Map<number, number>();
          const result = await searchSaturation(options(firstRate), async (rate) => {
            if (rate <= capacity) passes.set(rate, (passes.get(rate) ?? 0) + 1);
            return rate <= capacity ? 'pass' : 'fail';
          });
          expect(result.end).toBe('saturated');
          expect(result.rate).toBeLessThanOrEqual(capacity);
          expect(result.rate).toBeGreaterThanOrEqual(capacity * 0.99);
          expect(passes.get(result.rate)).toBe(3);
          expect(result.trials).toBeLessThan(60);
        },
      ),
    );
  });

  it('repeats an invalid trial, and calls the driver the limit when it stays invalid', async () => {
    let calls = 0;
    const flaky = await searchSaturation(options(100), async (rate) => {
      calls++;
      if (calls % 2 === 1) return 'invalid';
      return rate <= 130 ? 'pass' : 'fail';
    });
    expect(flaky.end).toBe('saturated');
    const bound = await searchSaturation(options(100), async (rate) =>
      rate > 120 ? 'invalid' : 'pass',
    );
    expect(bound).toMatchObject({ end: 'client bound', rate: 100, failRate: null });
  });

  it('labels a rate that passes at the ceiling as the ladder’s ceiling', async () => {
    const result = await searchSaturation(options(100, 400), async () => 'pass');
    expect(result).toMatchObject({ end: 'ladder ceiling', rate: 400 });
  });

  it('ends where nothing ever passes', async () => {
    const result = await searchSaturation(options(100), async () => 'fail');
    expect(result).toMatchObject({ end: 'never passed', rate: 0 });
  });

  it('steps down when the found rate does not pass again', () => {
    const start = {
      ...beginSearch(options(100)),
      phase: 'confirm' as const,
      passRate: 100,
      failRate: 101,
      nextRate: 100,
      confirmed: 1,
    };
    const next = advanceSearch(start, 'fail', options(100));
    expect(next).toMatchObject({ phase: 'confirm', failRate: 100, nextRate: 98, confirmed: 0 });
  });
});

describe('findKnee', () => {
  it('doubles until throughput gains less than 5%', async () => {
    const knee = await findKnee(64, async (concurrency) => Math.min(concurrency, 6) * 100);
    expect(knee).toMatchObject({ concurrency: 8, throughputPerSecond: 600, atCeiling: false });
    expect(knee.points.map((point) => point.concurrency)).toEqual([1, 2, 4, 8, 16]);
  });

  it('says when the highest concurrency was still gaining', async () => {
    const knee = await findKnee(8, async (concurrency) => concurrency);
    expect(knee).toMatchObject({ concurrency: 8, atCeiling: true });
  });
});
