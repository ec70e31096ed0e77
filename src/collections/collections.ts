import { UsageError } from '../errors.ts';
import { debianKnownItem } from './debian/debian-known-item.ts';
import { gloveWords } from './glove/glove-words.ts';
import type { CollectionRecipe } from './types.ts';
import { wordnetGlosses } from './wordnet/wordnet-glosses.ts';

/** Real data that package registries carry: a new collection is a line here. */
export const COLLECTIONS: readonly CollectionRecipe[] = [
  gloveWords,
  debianKnownItem,
  wordnetGlosses,
];

/** @throws UsageError for a name that is none of them. */
export function collectionNamed(name: string): CollectionRecipe {
  const found = COLLECTIONS.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UsageError('collection-unknown', `there is no collection ${JSON.stringify(name)}`, {
    hint: `one of ${COLLECTIONS.map((one) => one.name).join(', ')}`,
  });
}
