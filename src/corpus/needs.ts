import { normalized } from '../plain-text.ts';
import type { Query } from './types.ts';

/**
 * What makes two queries one need where the corpus gives none: equal texts after white space and case, put to the
 * same collections under the same filter.
 */
export function needKey(query: Pick<Query, 'text' | 'collections' | 'filter'>): string {
  const text = normalized(query.text, 'NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
  const filter = Object.entries(query.filter ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([text, [...query.collections].sort(), filter]);
}

/** A query whose need may not be given. */
type Asked = Omit<Query, 'need'> & { readonly need?: string | undefined };

/**
 * Queries with a need each: the one that is given, else that of the first query with the same text, else the
 * query's own id. Queries without a text are needs of their own.
 */
export function withNeeds(queries: readonly Asked[]): Query[] {
  const known = new Map<string, string>();
  for (const query of queries) {
    const key = query.textless === true ? null : needKey(query);
    if (key !== null && query.need !== undefined && !known.has(key)) known.set(key, query.need);
  }
  return queries.map((query) => {
    if (query.need !== undefined) return { ...query, need: query.need };
    const key = query.textless === true ? null : needKey(query);
    const need = (key === null ? undefined : known.get(key)) ?? query.id;
    if (key !== null && !known.has(key)) known.set(key, need);
    return { ...query, need };
  });
}

/** Groups of queries that ask the same in the same words, by their ids; those that stand alone are left out. */
export function repeatedQueries(queries: readonly Query[]): string[][] {
  const groups = Map.groupBy(
    queries.filter(({ textless }) => textless !== true),
    needKey,
  );
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.map(({ id }) => id));
}
