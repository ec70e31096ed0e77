import { type DocumentKey, keyOf, keysOf } from './document-key.ts';
import { type IdGuess, idGuesser } from './id-guess.ts';
import type { Collection } from './types.ts';

/** A row of a response, as far as it names a document. */
interface NamedHit {
  readonly id: string;
  /** Null, absent or empty where the response does not say. */
  readonly collection?: string | null | undefined;
}

/** Which documents exist, and which of them a hit means. */
export interface DocumentIndex {
  readonly size: number;
  readonly has: (key: DocumentKey) => boolean;
  /**
   * The key of a hit. One that names no collection is looked for in those that were asked, in their order; where
   * none holds the id, its key is that of the first and is not known.
   */
  readonly placeOf: (hit: NamedHit, asked: readonly string[]) => DocumentKey;
  /** The keys of the rows of an observation, by rank; `asked` are the collections of the query. */
  readonly placesOf: (
    rows: { readonly ids: readonly string[]; readonly collections: readonly string[] },
    asked: readonly string[],
  ) => DocumentKey[];
  /** How ids that are none of the corpus may have been made from its own; null without an idea. */
  readonly guess: (ids: readonly string[]) => IdGuess | null;
}

/** Builds the index over all collections of a corpus. */
export function documentIndex(collections: readonly Collection[]): DocumentIndex {
  const known = new Set(keysOf(collections));
  const placeOf: DocumentIndex['placeOf'] = ({ id, collection }, asked) => {
    if (collection != null && collection !== '') return keyOf(collection, id);
    const keys = asked.map((name) => keyOf(name, id));
    return keys.find((key) => known.has(key)) ?? keys[0] ?? keyOf('', id);
  };
  return {
    size: known.size,
    has: (key) => known.has(key),
    placeOf,
    placesOf: ({ ids, collections }, asked) =>
      ids.map((id, rank) => placeOf({ id, collection: collections[rank] }, asked)),
    guess: idGuesser(
      new Set(collections.flatMap(({ documents }) => documents.map(({ id }) => id))),
    ),
  };
}
