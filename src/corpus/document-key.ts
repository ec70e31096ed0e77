declare const documentKey: unique symbol;

/**
 * A document of a corpus, written `collection/id`. The name of a collection has no slash and an id may have some
 * (or be empty), so that the first slash divides the two.
 */
export type DocumentKey = string & { readonly [documentKey]: true };

/** The two parts of a key. */
export interface KeyParts {
  readonly collection: string;
  readonly id: string;
}

/** The key of a document. */
export function keyOf(collection: string, id: string): DocumentKey {
  // A name with a slash is no collection's: without one of its own such a key could be another document's.
  return (collection.includes('/') ? `/${collection}/${id}` : `${collection}/${id}`) as DocumentKey;
}

/** A key that was written down earlier, e.g. the id of a row of a vector table. */
export function storedKey(text: string): DocumentKey {
  return text as DocumentKey;
}

/** The collection and the id of a key. */
export function partsOf(key: DocumentKey): KeyParts {
  const slash = key.indexOf('/');
  return slash === -1
    ? { collection: '', id: key }
    : { collection: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** A collection, as far as its documents are named and read. */
interface Documents {
  readonly name: string;
  readonly documents: readonly { readonly id: string; readonly text: string }[];
}

/** The keys of all documents, collection by collection in the order of the corpus. */
export function keysOf(collections: readonly Documents[]): DocumentKey[] {
  return collections.flatMap(({ name, documents }) => documents.map(({ id }) => keyOf(name, id)));
}

/** The texts of all documents, each with its key for an id, in the same order. */
export function textsOf(
  collections: readonly Documents[],
): { readonly id: DocumentKey; readonly text: string }[] {
  return collections.flatMap(({ name, documents }) =>
    documents.map(({ id, text }) => ({ id: keyOf(name, id), text })),
  );
}
