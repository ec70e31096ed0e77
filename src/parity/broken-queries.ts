import { isSameMetric, recallAt } from '../metrics/metric.ts';
import type { ComparedQuery } from './compare-runs.ts';

/** Queries whose neighbours the candidate found in the first run, and of which it finds none in the second. */
export function brokenQueries(queries: readonly ComparedQuery[], k: number): ComparedQuery[] {
  return queries.filter(
    ({ side, metric, first, second }) =>
      side === 'candidate' && isSameMetric(metric, recallAt(k)) && first > 0 && second === 0,
  );
}
