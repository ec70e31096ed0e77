import { type DocumentKey, keysOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { randomStream } from '../stats/random.ts';

/** Above this many documents the census is a seeded sample of so many, unless another number is given. */
const CENSUS_LIMIT = 10_000;

/** Keys of the documents that are asked by their own text: all of them, or a seeded sample of a large corpus. */
export function censusSample(
  corpus: Corpus,
  seed: number,
  maxDocuments: number = CENSUS_LIMIT,
): DocumentKey[] {
  const keys = keysOf(corpus.collections);
  if (keys.length <= maxDocuments) return keys;
  return randomStream(seed, 'census').sample(keys, maxDocuments);
}
