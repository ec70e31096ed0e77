import { describe, expect, it } from 'vitest';
import { type EffortAnswer, leastEffort } from '../../../src/retrieve/equal-recall/least-effort.ts';

async function sought(enoughFrom: number, refusedFrom = Number.POSITIVE_INFINITY, trials = 16) {
  const tried: number[] = [];
  const found = await leastEffort({
    first: 10,
    most: 4096,
    trials,
    answer: async (effort): Promise<EffortAnswer> => {
      tried.push(effort);
      if (effort >= refusedFrom) return 'refused';
      return effort >= enoughFrom ? 'enough' : 'low';
    },
  });
  return { ...found, tried };
}

describe('the least effort that is enough', () => {
  it.each([1, 2, 7, 10, 11, 40, 137, 1_000, 4_096])(
    'is found to 5%% where it is %d',
    async (least) => {
      const { effort, isEnough, tried } = await sought(least);
      expect(isEnough).toBe(true);
      expect(effort).toBeGreaterThanOrEqual(least);
      expect((effort ?? 0) - least).toBeLessThanOrEqual(Math.max(0, least * 0.05));
      expect(new Set(tried).size).toBe(tried.length);
    },
  );

  it('is the greatest that is tried where none is enough', async () => {
    expect(await sought(5_000)).toMatchObject({ effort: 4_096, isEnough: false });
  });

  it('keeps below what the backend refuses, and close to it', async () => {
    const { effort, isEnough } = await sought(5_000, 1_001);
    expect(isEnough).toBe(false);
    expect(effort).toBeLessThanOrEqual(1_000);
    expect(effort).toBeGreaterThan(940);
    const between = await sought(700, 1_001);
    expect(between.isEnough).toBe(true);
    expect(between.effort).toBeGreaterThanOrEqual(700);
    expect(between.effort).toBeLessThanOrEqual(735);
  });

  it('is none where every effort is refused', async () => {
    expect(await sought(1, 1)).toMatchObject({ effort: null, isEnough: false });
  });

  it('ends after so many trials', async () => {
    expect((await sought(1_000, Number.POSITIVE_INFINITY, 3)).tried).toEqual([10, 20, 40]);
  });
});
