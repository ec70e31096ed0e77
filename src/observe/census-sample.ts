import { type DocumentKey, keysOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { seededRandom, shuffled } from './shuffle.ts';

/** Above this many documents the census is a seeded sample of so many. */
const CENSUS_LIMIT = 10_000;

/** Keys of the documents that are asked by their own text: all of them, or a sample of a large corpus. */
export function censusSample(corpus: Corpus, seed: number): DocumentKey[] {
  const keys = keysOf(corpus.collections);
  if (keys.length <= CENSUS_LIMIT) return keys;
  return shuffled(keys, seededRandom(seed, 'census')).slice(0, CENSUS_LIMIT);
}
