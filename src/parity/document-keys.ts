import type { Collection, Query } from '../corpus/types.ts';
import type { Observation } from '../record/types.ts';

/** Which documents exist, and how a hit's id becomes the key `collection/id`. */
export interface DocumentKeys {
  readonly size: number;
  readonly has: (key: string) => boolean;
  /** Keys of a response's hits, by rank. A hit that cannot be placed keeps its bare id, which is no known key. */
  readonly of: (
    observation: Pick<Observation, 'ids' | 'collections'>,
    query: Pick<Query, 'collections'>,
  ) => string[];
}

/** Builds the lookup over all collections of a corpus. */
export function documentKeys(collections: readonly Collection[]): DocumentKeys {
  const known = new Set<string>();
  for (const collection of collections) {
    for (const document of collection.documents) known.add(`${collection.name}/${document.id}`);
  }
  return {
    size: known.size,
    has: (key) => known.has(key),
    of: (observation, query) =>
      observation.ids.map((id, rank) => {
        const named = observation.collections[rank] ?? '';
        if (named !== '') return `${named}/${id}`;
        const holders = query.collections.filter((name) => known.has(`${name}/${id}`));
        const place = holders[0] ?? query.collections[0];
        return place === undefined ? id : `${place}/${id}`;
      }),
  };
}
