import { scoreDriftOfPairs } from '../../metrics/scores/score-drift.ts';
import { spread } from './appearances.ts';
import { project, ridgeFit } from './ridge.ts';

/** A document's vector, and how far its scores are off on average. */
export interface OffBy {
  readonly vector: Float32Array;
  readonly error: number;
}

/** Most documents that a shift is fitted to and tried on. */
const MOST = 400;
const RIDGE = 0.1;

/**
 * Correlation of the errors of documents with what they would be if every query were moved by one and the same
 * vector, as by a prefix: it is fitted to half of the documents and tried on the others. Codes round each document
 * by itself, and their errors are no such thing. Null where there is nothing to correlate.
 */
export function commonShift(errors: readonly OffBy[]): number | null {
  const chosen = spread(errors, MOST);
  const half = (from: 0 | 1) => chosen.filter((_, at) => at % 2 === from);
  const [known, tried] = [half(0), half(1)];
  const [first] = known;
  if (first === undefined) return null;
  const shift = ridgeFit(
    known.map(({ vector, error }) => ({ vector, claimed: error })),
    new Float32Array(first.vector.length),
    RIDGE,
  );
  return scoreDriftOfPairs(
    tried.map(({ vector }) => project(vector, shift)),
    tried.map(({ error }) => error),
  ).pearson;
}
