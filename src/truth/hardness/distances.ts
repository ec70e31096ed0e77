import type { CorpusMetric } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import { cosineOf, dot, squaredNorms } from '../cosine.ts';

/**
 * Distance that belongs to a cosine: the Euclidean one between the normalised vectors, √(2 − 2s), which is a metric
 * and ranks as the cosine does.
 */
export function distanceOfCosine(cosine: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * cosine));
}

/** Distances between rows of two tables, by the metric of a corpus; for `dot`, which is none, by the cosine. */
export function distancesBetween(
  one: VectorTable,
  other: VectorTable,
  metric: CorpusMetric,
): (row: number, otherRow: number) => number | null {
  const squares = squaredNorms(one, 'document');
  const otherSquares = one === other ? squares : squaredNorms(other, 'document');
  const { dimension } = one;
  return (row, otherRow) => {
    const xx = squares[row] ?? 0;
    const yy = otherSquares[otherRow] ?? 0;
    const product = dot(one.values, row * dimension, other.values, otherRow * dimension, dimension);
    if (metric === 'euclidean') return Math.sqrt(Math.max(0, xx + yy - 2 * product));
    return xx === 0 || yy === 0 ? null : distanceOfCosine(cosineOf(product, xx, yy));
  };
}
