import { describe, expect, it } from 'vitest';
import { drawnSeed, inDrawnOrder } from '../../../src/demo/drill/measure/draws.ts';
import { attributedTo } from '../../../src/demo/drill/results/attributed.ts';
import {
  nextRate,
  smallestDetected,
  type Tried,
} from '../../../src/demo/drill/results/rate-search.ts';
import { account, measure } from './rows.ts';

/** Drills a fault that is noticed from `threshold` on, to the end of the search. */
function searched(full: number, threshold: number): { tried: Tried[]; smallest: number | null } {
  const tried: Tried[] = [{ rate: full, detected: full >= threshold }];
  for (let rate = nextRate(full, tried); rate !== null; rate = nextRate(full, tried)) {
    tried.push({ rate, detected: rate >= threshold });
  }
  return { tried, smallest: smallestDetected(full, tried) };
}

describe('the search for the smallest rate', () => {
  it.each([
    [1, 0.9],
    [1, 0.3],
    [0.05, 0.011],
    [1, 0.00097],
    [0.3, 0.0001],
  ])('from %s finds the threshold %s to a factor of two within three runs', (full, threshold) => {
    const { tried, smallest } = searched(full, threshold);
    expect(tried.length).toBeLessThanOrEqual(4);
    expect(smallest).not.toBeNull();
    expect(smallest ?? 0).toBeGreaterThanOrEqual(threshold);
    const floor = full / 2 ** 7;
    expect((smallest ?? 0) / 2 < threshold || (smallest ?? 0) <= floor * 1.001).toBe(true);
  });

  it('never begins where full strength went unnoticed', () => {
    expect(searched(0.5, 0.9)).toEqual({
      tried: [{ rate: 0.5, detected: false }],
      smallest: null,
    });
  });

  it('takes the smallest rate that was noticed, where a larger one was missed by chance', () => {
    const tried = [
      { rate: 1, detected: true },
      { rate: 0.5, detected: false },
      { rate: 0.25, detected: true },
    ];
    expect(smallestDetected(1, tried)).toBe(0.25);
  });
});

describe('what a run attributes its disagreement to', () => {
  it('is the largest φ of the measure in which the sides disagree most', () => {
    const rows = account([
      measure({ membership: 0.001, order: 0.002 }),
      measure({ truncation: 0.27, membership: 0.03 }, { measure: '1 − overlap' }),
    ]);
    expect(attributedTo(rows)).toMatchObject({
      status: 'explained',
      measure: '1 − overlap',
      top: 'truncation',
      share: expect.closeTo(0.9),
      repair: ['truncation', 'membership'],
    });
  });

  it('is told by an accepted replay, however much the sides disagree in the other measure', () => {
    const rows = account([
      measure({}, { total: 0.9, accepted: false, repair: null }),
      measure({ order: 0.1 }, { measure: '1 − overlap' }),
    ]);
    expect(attributedTo(rows)?.top).toBe('order');
  });

  it('has no name where nothing was accepted, and is null where there was no account', () => {
    const rows = account(
      [measure({}, { total: 0.5, accepted: false, repair: null })],
      'unexplained',
    );
    expect(attributedTo(rows)).toMatchObject({ status: 'unexplained', top: null, share: null });
    expect(attributedTo([])).toBeNull();
  });
});

describe('what is drawn', () => {
  it('depends on the master seed and the label alone', () => {
    expect(drawnSeed(1, 'a')).toBe(drawnSeed(1, 'a'));
    expect(new Set([drawnSeed(1, 'a'), drawnSeed(1, 'b'), drawnSeed(2, 'a')]).size).toBe(3);
  });

  it('is an order that holds everything once', () => {
    const items = ['a', 'b', 'c', 'd', 'e', 'f'];
    const one = inDrawnOrder(1, items, (item) => item);
    expect([...one].sort()).toEqual(items);
    expect(one).not.toEqual(inDrawnOrder(2, items, (item) => item));
  });
});
