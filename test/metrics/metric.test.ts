import { expect, it } from 'vitest';
import {
  isSameMetric,
  metricLabel,
  metricsAt,
  parseMetric,
  recallAt,
} from '../../src/metrics/metric.ts';

it('metrics of lists of ten rows, in the order of the tables', () => {
  expect(metricsAt(10).map(metricLabel)).toEqual([
    'recall@1',
    'recall@5',
    'recall@10',
    'recall@10 by id',
    'ndcg@10',
    'ndcg@10 exponential',
    'mrr@10',
    'mrr@10 exact',
  ]);
});

it('recall is shown at the depths that the lists have', () => {
  const depths = (k: number) =>
    metricsAt(k).flatMap(({ family, depth }) => (family === 'recall' ? [depth] : []));
  expect(depths(3)).toEqual([1, 3]);
  expect(depths(25)).toEqual([1, 5, 10, 25]);
});

it('a label reads back as its metric, and no two metrics have one label', () => {
  const metrics = [1, 3, 10, 200].flatMap((k) => metricsAt(k));
  for (const metric of metrics) {
    expect(parseMetric(metricLabel(metric))).toEqual(metric);
    const same = metrics.filter((other) => metricLabel(other) === metricLabel(metric));
    expect(same.every((other) => isSameMetric(other, metric))).toBe(true);
  }
});

it.each([
  '',
  'recall',
  'recall@',
  'recall@0',
  'recall@-1',
  'recall@NaN',
  'recall@01',
  'recall@10 by name',
  ' recall@10',
  'p95',
])('the label %j names no metric', (label) => {
  expect(parseMetric(label)).toBeNull();
});

it('metrics differ by depth, family and truth', () => {
  const metric = recallAt(10);
  expect(isSameMetric(metric, recallAt(10))).toBe(true);
  expect(isSameMetric(metric, recallAt(5))).toBe(false);
  expect(isSameMetric(metric, { ...metric, family: 'recall by id' })).toBe(false);
  const mrr = { family: 'mrr', depth: 10, truth: 'exact' } as const;
  expect(isSameMetric(mrr, { ...mrr, truth: 'judgments' })).toBe(false);
});
