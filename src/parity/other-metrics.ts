import { CORPUS_METRICS, type CorpusMetric } from '../corpus/types.ts';
import { SAME_LENGTH } from '../metrics/thresholds.ts';
import type { Side, VectorTable } from '../record/types.ts';

/** A collection that a side says it ranks by something else than the truth. */
export interface OtherMetric {
  readonly side: Side;
  readonly collection: string;
  /** In the terms of the index, e.g. `euclidean`. */
  readonly distance: string;
}

/** Such a collection, where the order is another one. */
export interface OtherMetricFinding extends OtherMetric {
  /** What the truth is made by. */
  readonly metric: CorpusMetric;
}

const OF_LENGTHS: ReadonlySet<string> = new Set(CORPUS_METRICS);

/** Those that matter: where all vectors are equally long, the three usual metrics give one order. */
export function otherMetrics(
  said: readonly OtherMetric[],
  metric: CorpusMetric,
  documents: VectorTable,
): OtherMetricFinding[] {
  if (said.length === 0) return [];
  const alike = isEquallyLong(documents);
  return said
    .filter(({ distance }) => distance !== metric && !(alike && OF_LENGTHS.has(distance)))
    .map((entry) => ({ ...entry, metric }));
}

function isEquallyLong({ ids, dimension, values }: VectorTable): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < ids.length; row++) {
    let square = 0;
    for (let at = row * dimension; at < (row + 1) * dimension; at++)
      square += (values[at] ?? 0) ** 2;
    // A zero vector has no place in any of them.
    if (square === 0) continue;
    least = Math.min(least, square);
    most = Math.max(most, square);
  }
  return Math.sqrt(most) - Math.sqrt(least) <= SAME_LENGTH * Math.sqrt(most);
}
