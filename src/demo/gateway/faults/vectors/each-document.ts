import { isVictim } from '../draw.ts';
import type { FaultHooks, FaultSpec } from '../types.ts';

/**
 * Changes the vector of each document and leaves those of queries and of the embed route alone.
 *
 * @param change gets a document's vector and whether the document is a victim, which its text decides
 */
export function eachDocumentVector(
  { kind, rate, seed }: FaultSpec,
  change: (vector: Float32Array, isHit: boolean) => Float32Array,
): NonNullable<FaultHooks['vectors']> {
  return (vectors, texts, purpose) =>
    purpose !== 'document'
      ? vectors
      : vectors.map((vector, i) => change(vector, isVictim(texts[i] ?? '', rate, seed, kind)));
}
