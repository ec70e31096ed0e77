import { expect, it } from 'vitest';
import { withScoresOfIndex } from '../../src/attribution/fit/exact-scores.ts';
import type { RankedAnswer, SideRecord } from '../../src/attribution/types.ts';

const table = { ids: [], dimension: 1, values: new Float32Array(0) };
const answer = (scores: readonly number[]): RankedAnswer => ({
  keys: scores.map((_, rank) => `a/${rank}`),
  scores,
  k: scores.length,
});

function record(exact: readonly number[]): SideRecord {
  return {
    documents: table,
    queries: table,
    answers: new Map([['q', answer([0.9, 0.8])]]),
    deep: new Map([['q', answer([0.9, 0.8, 0.7, 0.6])]]),
    byVector: new Map(),
    exact: new Map([['q', answer(exact)]]),
    census: new Map(),
  };
}

const scoresOf = (kept: SideRecord) => kept.exact?.get('q')?.scores;

it('keeps the scores of an exact search that are those of the index', () => {
  expect(scoresOf(withScoresOfIndex(record([0.9, 0.8, 0.7, 0.6, 0.5])))).toHaveLength(5);
  // In float32, by another order of the sum.
  expect(scoresOf(withScoresOfIndex(record([0.900001, 0.8, 0.7000005])))).toHaveLength(3);
});

it('leaves out those of other vectors than the codes of the index, and keeps the rows', () => {
  const kept = withScoresOfIndex(record([0.91, 0.79, 0.72, 0.6, 0.5]));
  expect(scoresOf(kept)).toEqual([]);
  expect(kept.exact?.get('q')?.keys).toHaveLength(5);
});

it('says nothing where no row is in both, or there is no exact search', () => {
  const { exact: _, ...without } = record([]);
  expect(withScoresOfIndex(without)).toBe(without);
  const other = { ...without, exact: new Map([['other', answer([0.5])]]) };
  expect(withScoresOfIndex(other)).toBe(other);
});
