import type { Query } from '../../corpus/types.ts';
import type { TruthList } from '../types.ts';

/** The most documents that any of the queries excludes: lists must be longer by so many. */
export function mostExcluded(queries: readonly Pick<Query, 'excluded'>[]): number {
  return queries.reduce((most, { excluded }) => Math.max(most, excluded?.length ?? 0), 0);
}

/**
 * A list without the documents that are no answer to its query.
 * @param isAllowed whether the query's collections and filter allow a document at all
 */
export function withoutExcluded(
  list: TruthList,
  { excluded = [] }: Pick<Query, 'excluded'>,
  isAllowed: (key: string) => boolean,
): TruthList {
  if (excluded.length === 0) return list;
  const out = new Set<string>(excluded);
  const places = list.keys.flatMap((key, place) => (out.has(key) ? [] : [place]));
  return {
    keys: places.flatMap((place) => list.keys[place] ?? []),
    scores: Float64Array.from(places, (place) => list.scores[place] ?? 0),
    allowedCount: list.allowedCount - excluded.filter(isAllowed).length,
  };
}
