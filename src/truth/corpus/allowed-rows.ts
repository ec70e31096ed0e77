import { keyOf, partsOf, storedKey } from '../../corpus/document-key.ts';
import { matchesFilter } from '../../corpus/filter.ts';
import type { Corpus, Metadata, Query } from '../../corpus/types.ts';

/** One byte a document that a query may find; null where it may find all. The same array for queries with the same conditions. */
export type AllowedRows = (query: Pick<Query, 'collections' | 'filter'>) => Uint8Array | null;

/** What a query may find, as a text that is the same for the same conditions; null where that is all. */
export function conditionsOf(
  corpus: Pick<Corpus, 'collections'>,
  { collections, filter }: Pick<Query, 'collections' | 'filter'>,
): string | null {
  if (collections.length === corpus.collections.length && filter === undefined) return null;
  return JSON.stringify([[...collections].sort(), filter ?? null]);
}

/**
 * Tells which of some documents a query may find, by its collections and its filter.
 *
 * @returns takes keys (`collection/id`) and gives a function that computes each distinct map once
 */
export function rowFilter(
  corpus: Pick<Corpus, 'collections'>,
): (keys: readonly string[]) => AllowedRows {
  const metadata = new Map<string, Metadata>(
    corpus.collections.flatMap((collection) =>
      collection.documents.map(
        ({ id, metadata: fields }) => [keyOf(collection.name, id), fields] as const,
      ),
    ),
  );
  return (keys) => {
    const masks = new Map<string, Uint8Array | null>();
    return (query) => {
      const signature = conditionsOf(corpus, query);
      if (signature === null) return null;
      const known = masks.get(signature);
      if (known !== undefined) return known;
      const names = new Set(query.collections);
      const mask = Uint8Array.from(keys, (key) => {
        if (!names.has(partsOf(storedKey(key)).collection)) return 0;
        if (query.filter === undefined) return 1;
        return matchesFilter(query.filter, metadata.get(key) ?? {}) ? 1 : 0;
      });
      masks.set(signature, mask);
      return mask;
    };
  };
}
