import { expect, test } from 'vitest';
import { keyOf } from '../../src/corpus/document-key.ts';
import { metricLabel, metricsAt, scoreList } from '../../src/metrics/metric.ts';
import { queryReferences } from '../../src/parity/cell/query-metrics.ts';
import type { TruthLookup } from '../../src/truth/types.ts';

const K = 3;
const SCORES = new Map([
  ['c/a', 0.9],
  ['c/a-twin', 0.9],
  ['c/b', 0.8],
  ['c/b-twin', 0.8],
  ['c/d', 0.5],
]);
const truth: TruthLookup = {
  list: () => ({
    keys: [...SCORES.keys()],
    scores: Float64Array.from(SCORES.values()),
    allowedCount: SCORES.size,
  }),
  exactScore: (_query, key) => SCORES.get(key) ?? null,
};
const judgments = new Map([
  [
    'q',
    new Map([
      [keyOf('c', 'a-twin'), 2],
      [keyOf('c', 'b'), 1],
    ]),
  ],
]);
const references = queryReferences(truth, judgments);
const valuesOf = (keys: readonly string[]): Record<string, number | null> =>
  Object.fromEntries(
    metricsAt(K)
      .filter(({ family }) => family !== 'recall by id')
      .map((metric) => [metricLabel(metric), scoreList(metric, keys, references('q'))]),
  );

test('sides that break exact ties in another order have equal metrics, those of rank included', () => {
  const first = valuesOf(['c/a', 'c/a-twin', 'c/b']);
  expect(valuesOf(['c/a-twin', 'c/a', 'c/b-twin'])).toEqual(first);
  expect(first[`mrr@${K} exact`]).toBe(1);
  expect(first[`ndcg@${K}`]).toBeGreaterThan(0);
});

test('a twin that is lost is a loss in every metric that the judgments can see', () => {
  const whole = valuesOf(['c/a', 'c/a-twin', 'c/b']);
  const lost = valuesOf(['c/a', 'c/b', 'c/d']);
  for (const name of [`recall@${K}`, `ndcg@${K}`, `ndcg@${K} exponential`]) {
    expect(lost[name] ?? 1).toBeLessThan(whole[name] ?? 0);
  }
});
