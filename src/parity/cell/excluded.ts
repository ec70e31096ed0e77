import type { DocumentKey } from '../../corpus/document-key.ts';
import type { Query } from '../../corpus/types.ts';
import type { Observation } from '../../record/types.ts';

/**
 * An answer without the documents that are no answer to its query. It was asked for as many rows more; a row that
 * is left over since none of these came is taken off, one that nobody asked for stays.
 */
export function answersWithoutExcluded(
  observation: Observation,
  keys: readonly DocumentKey[],
  { excluded = [] }: Pick<Query, 'excluded'>,
): { readonly observation: Observation; readonly keys: readonly DocumentKey[] } {
  if (excluded.length === 0) return { observation, keys };
  const out = new Set(excluded);
  const k = observation.k - excluded.length;
  const left = keys.flatMap((key, row) => (out.has(key) ? [] : [row]));
  const rows = keys.length > observation.k ? left : left.slice(0, k);
  const kept = <Value>(values: readonly Value[]): Value[] =>
    rows.flatMap((row) => (row < values.length ? [values[row] as Value] : []));
  return {
    keys: kept(keys),
    observation: {
      ...observation,
      k,
      ids: kept(observation.ids),
      collections: kept(observation.collections),
      similarities: kept(observation.similarities),
      rawScores: kept(observation.rawScores),
    },
  };
}
