import type { TruthList } from '../../truth/types.ts';

/** The share of queries that a slice of difficulty holds. */
const HARDEST = 0.1;

/**
 * Slices of difficulty from the exact lists of all queries (at least k + 1 long where so many documents are allowed):
 *
 * - `narrow-margin`: the tenth of the queries with the smallest distance between rank k and k + 1, s_k − s_{k+1}. A
 *   small error of a score changes which documents are among the k. Ties (a distance of 0) are among them.
 * - `nearest-is-hub`: queries whose nearest document is among those that stand in the most lists (k-occurrence,
 *   Radovanović et al., JMLR 2010), as many documents as the nearest ones of a tenth of the queries.
 *
 * @returns names of slices, a list a query
 */
export function difficultySlices(lists: readonly TruthList[], k: number): string[][] {
  const occurrences = new Map<string, number>();
  for (const { keys } of lists) {
    for (const key of keys.slice(0, k)) occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
  }
  const margins = lists.map(({ scores }) => {
    const [at, below] = [scores[k - 1], scores[k]];
    return at === undefined || below === undefined ? Number.POSITIVE_INFINITY : at - below;
  });
  const hubness = lists.map(({ keys }) => occurrences.get(keys[0] ?? '') ?? 0);
  const isNarrow = hardest(margins.map((margin) => -margin));
  const isHub = hardest(hubness);
  return lists.map((_, at) => [
    ...(isNarrow[at] === true ? ['narrow-margin'] : []),
    ...(isHub[at] === true ? ['nearest-is-hub'] : []),
  ]);
}

/** The tenth with the largest values; equal values go together, in or out, so that no order decides. */
function hardest(values: readonly number[]): boolean[] {
  const sorted = values.toSorted((a, b) => b - a);
  const count = Math.floor(values.length * HARDEST);
  const limit = sorted[count];
  if (limit === undefined) return values.map(() => false);
  return values.map((value) => value > limit);
}
