import { afterEach, describe, expect, it } from 'vitest';
import { type LivePair, startLivePair } from '../../bench/experiments/shadow/live-traffic.ts';

let pair: LivePair | null = null;
afterEach(async () => {
  await pair?.stop();
  pair = null;
});

describe('a shadow over the embedded pair', () => {
  // A slow tail is a matter of time: results/shadow/faults.md shows what a shadow makes of it.
  it.each([
    ['drop', ['overlap', 'rbo']],
    ['stale-text', ['overlap', 'rbo']],
    ['filter-ignored', ['contract', 'overlap', 'rbo']],
    ['cached-answer', ['overlap', 'rbo']],
  ])(
    'notices %s from traffic alone',
    async (fault, claims) => {
      pair = await startLivePair(fault);
      const found = await pair.run(4000, 1, {});
      expect(found.state).toBe('fail');
      expect(claims).toContain(found.claim);
      expect(found.mirrored).toBeLessThanOrEqual(found.seen);
    },
    180_000,
  );

  it('fails no sound candidate', async () => {
    pair = await startLivePair(null);
    for (let seed = 1; seed <= 3; seed++) {
      const { state, mirrored } = await pair.run(800, seed, {});
      expect(state).not.toBe('fail');
      expect(mirrored).toBeGreaterThan(700);
    }
  }, 180_000);
});
