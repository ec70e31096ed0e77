import { expect, it } from 'vitest';
import { otherMetrics } from '../../src/parity/other-metrics.ts';

const table = (...lengths: number[]) => ({
  ids: lengths.map((_, at) => `d${at}`),
  dimension: 2,
  values: Float32Array.from(
    lengths.flatMap((length, at) => [length * Math.cos(at), length * Math.sin(at)]),
  ),
});
const said = (distance: string) => [{ side: 'candidate' as const, collection: 'c', distance }];

it('names a side that ranks by another metric, where vectors are not equally long', () => {
  expect(otherMetrics(said('dot'), 'cosine', table(1, 1, 1.1))).toEqual([
    { side: 'candidate', collection: 'c', distance: 'dot', metric: 'cosine' },
  ]);
  expect(otherMetrics(said('cosine'), 'cosine', table(1, 2))).toEqual([]);
});

it('says nothing where all vectors are equally long, and zero vectors are no matter', () => {
  expect(otherMetrics(said('euclidean'), 'cosine', table(3, 3, 3, 0))).toEqual([]);
  expect(otherMetrics(said('dot'), 'euclidean', table(1))).toEqual([]);
});

it('names metrics that lengths do not reconcile', () => {
  expect(otherMetrics(said('manhattan'), 'cosine', table(1, 1))).toHaveLength(1);
});
