import { expect, test } from 'vitest';
import { scoreDriftOfPairs } from '../../src/metrics/scores/score-drift.ts';

const { MAX_VALUE, MIN_VALUE } = Number;

test.each([
  ['ends of all numbers', [MAX_VALUE, -MAX_VALUE, MAX_VALUE], [-MAX_VALUE, MAX_VALUE, 0]],
  ['one side very large', [0.1, 0.2, 0.3], [MAX_VALUE, MAX_VALUE / 2, MAX_VALUE / 3]],
  ['squares that are too large', [0, 1, 2], [1e200, 2e200, 4e200]],
  ['numbers next to zero', [MIN_VALUE, 2 * MIN_VALUE, 0], [0, MIN_VALUE, 3 * MIN_VALUE]],
])('scores at the %s have figures, or none, and never what is no number', (_, a, b) => {
  const drift = scoreDriftOfPairs(a, b);
  const figures = Object.values(drift).filter((value) => value !== null);
  expect(figures.filter((value) => !Number.isFinite(value))).toEqual([]);
  const { maxAbs, meanAbs, rmse } = drift;
  expect([(meanAbs ?? -1) <= (maxAbs ?? -1), (rmse ?? -1) <= (maxAbs ?? -1)]).toEqual([true, true]);
});

test('a difference whose square is too large is no less for that', () => {
  expect(scoreDriftOfPairs([0, 0], [3e200, 4e200]).rmse).toBeCloseTo(Math.sqrt(12.5) * 1e200, -190);
});
