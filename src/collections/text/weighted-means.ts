import type { DenseVectors } from '../../corpus/import/types.ts';
import type { WordVectors } from '../glove/scan-word-vectors.ts';
import { knownWords } from './words-of.ts';

/** Makes a vector of any text. */
export interface TextVectors {
  readonly dimension: number;
  /** Writes the vector of a text to `out`; false where no word of it is known, and nothing is written. */
  readonly write: (text: string, out: Float32Array) => boolean;
}

/**
 * The mean of a text's word vectors, each word weighted by its inverse document frequency over `documents`:
 * idf(w) = ln((N + 1) / (n(w) + 1)) + 1, the smoothed form of scikit-learn's TfidfTransformer. Added up in float64
 * in the order of the words; not normalised.
 */
export function weightedMeans(
  { words, dimension, values }: WordVectors,
  documents: readonly string[],
): TextVectors {
  const rowOf = new Map(words.map((word, row) => [word, row]));
  const isKnown = (word: string): boolean => rowOf.has(word);
  const documentCount = new Map<string, number>();
  for (const text of documents) {
    for (const word of new Set(knownWords(text, isKnown))) {
      documentCount.set(word, (documentCount.get(word) ?? 0) + 1);
    }
  }
  const idf = (word: string): number =>
    Math.log((documents.length + 1) / ((documentCount.get(word) ?? 0) + 1)) + 1;
  const sum = new Float64Array(dimension);
  return {
    dimension,
    write: (text, out) => {
      const known = knownWords(text, isKnown);
      if (known.length === 0) return false;
      sum.fill(0);
      let total = 0;
      for (const word of known) {
        const weight = idf(word);
        const at = (rowOf.get(word) ?? 0) * dimension;
        for (let i = 0; i < dimension; i++) {
          sum[i] = (sum[i] as number) + weight * (values[at + i] as number);
        }
        total += weight;
      }
      for (let i = 0; i < dimension; i++) out[i] = (sum[i] as number) / total;
      return true;
    },
  };
}

/** Items whose text has a vector, with the vectors in their order. */
export function withVectors<Item extends { readonly text: string }>(
  items: readonly Item[],
  means: TextVectors,
): { readonly kept: readonly Item[]; readonly vectors: DenseVectors } {
  const { dimension } = means;
  const values = new Float32Array(items.length * dimension);
  const kept: Item[] = [];
  for (const item of items) {
    const at = kept.length * dimension;
    if (means.write(item.text, values.subarray(at, at + dimension))) kept.push(item);
  }
  return { kept, vectors: { dimension, values: values.slice(0, kept.length * dimension) } };
}
