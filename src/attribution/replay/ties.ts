import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { assumedMetric, type FittedMetric, strength } from './metric.ts';
import type { Spaces } from './vectors.ts';
import type { World } from './world.ts';

/** Names rows of a list so that rows which are equally near to a query by truth are one and the same. */
export type TieFolder = (query: number, rows: readonly number[]) => number[];

/** Rank values that rows of a query have, and which of them each row has. */
interface Groups {
  readonly groups: number[];
  readonly of: Map<number, number>;
}

/** More rows than a list has: names of one group stay apart from those of the next. */
const ROWS_OF_A_LIST = 2 ** 16;

/**
 * Folds rows that no ranking by the metric of truth could tell apart, by the incumbent's own vectors: the first of
 * them in a list has one name, the second another, whichever they are. Rows without a vector keep names of their own.
 */
export function tieFolder(
  { corpusSize }: World,
  spaces: Spaces,
  kind: FittedMetric['kind'],
): TieFolder {
  const metric = assumedMetric(kind);
  const norm = kind === 'cosine' ? 1 : spaces.medianNorm(0);
  const width = TIE_EPSILON * (kind === 'euclidean' ? norm * norm : norm);
  const byQuery = new Map<number, Groups>();
  return (query, rows) => {
    const known: Groups = byQuery.get(query) ?? { groups: [], of: new Map() };
    byQuery.set(query, known);
    const { groups, of } = known;
    const groupOf = (row: number): number => {
      const cosine = spaces.ownCosine(query, row, 0);
      const value = strength(
        metric,
        cosine,
        spaces.queryNorm(query, 0),
        spaces.documentNorm(row, 0),
      );
      if (Number.isNaN(value)) return -1;
      const near = groups.findIndex((other) => Math.abs(other - value) <= width);
      return near === -1 ? groups.push(value) - 1 : near;
    };
    const seen = new Map<number, number>();
    return rows.map((row) => {
      if (row < 0 || row >= corpusSize) return -1 - row;
      const group = of.get(row) ?? groupOf(row);
      of.set(row, group);
      if (group === -1) return -1 - row;
      const before = seen.get(group) ?? 0;
      seen.set(group, before + 1);
      return group * ROWS_OF_A_LIST + before;
    });
  };
}
