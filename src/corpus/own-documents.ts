import { keyOf } from './document-key.ts';
import { matchesFilter } from './filter.ts';
import type { Collection, Document, Query } from './types.ts';

/**
 * Queries that exclude the documents with their own id, in the collections that they ask: what a corpus with
 * `excludeSelf` means. A document that the query's filter leaves out anyway is not excluded once more.
 */
export function excludingOwn(
  queries: readonly Query[],
  collections: readonly Collection[],
): Query[] {
  const byName = new Map(
    collections.map(({ name, documents }) => [
      name,
      new Map<string, Document>(documents.map((document) => [document.id, document])),
    ]),
  );
  return queries.map((query) => {
    const excluded = query.collections.flatMap((name) => {
      const own = byName.get(name)?.get(query.id);
      const isFound =
        own !== undefined &&
        (query.filter === undefined || matchesFilter(query.filter, own.metadata));
      return isFound ? [keyOf(name, query.id)] : [];
    });
    return excluded.length === 0 ? query : { ...query, excluded };
  });
}

/** How many rows are asked for, so that k are left without the documents that are no answer. */
export function depthFor({ excluded = [] }: Pick<Query, 'excluded'>, k: number): number {
  return k + excluded.length;
}
