import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import type { Difference } from '../../report/page/page-data.ts';

/**
 * How two lists of one query differ; null lists are of a side that failed. `exactly` gives the exact score of a document
 * for the query, null where it is not known.
 */
export function differenceOf(
  lists: readonly [readonly string[], readonly string[]] | null,
  exactly: (key: string) => number | null,
): Difference {
  if (lists === null) return 'failed';
  const [a, b] = lists;
  if (a.length === b.length && a.every((key, at) => key === b[at])) return 'the same';
  const isTied = (one: string, other: string | undefined): boolean => {
    if (one === other) return true;
    const [x, y] = [exactly(one), other === undefined ? null : exactly(other)];
    return x !== null && y !== null && Math.abs(x - y) <= TIE_EPSILON;
  };
  const inB = new Set(b);
  // A list that names a document twice has lost another one.
  const isWhole = new Set(a).size === a.length && inB.size === b.length;
  if (isWhole && a.length === b.length && a.every((key, at) => isTied(key, b[at])))
    return 'tied order';
  return a.length === b.length && a.every((key) => inB.has(key))
    ? 'other order'
    : 'other documents';
}
