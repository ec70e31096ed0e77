import { TIE_EPSILON } from '../metrics/ranking/tie-aware-recall.ts';
import type { TruthList } from './types.ts';

/** What the truth says about the first k places of one query. */
export interface TruthCut {
  /** T_k: the first n = min(k, |T|) keys in the total order. */
  readonly keys: readonly string[];
  /** t: the n-th exact score; null when the list is empty. */
  readonly threshold: number | null;
  /** |M|: how many listed documents score above t + ε; they are the first of the list. */
  readonly strictlyAboveCount: number;
  /** |B|: how many listed documents score within ε of t; they follow those strictly above. */
  readonly tiedCount: number;
}

/**
 * The cut of a truth list at rank k: its keys, the score at the cut and the tie group around it.
 *
 * Complete for every k up to the k′ that the list was made with, since lists are widened by ties.
 *
 * @param k places to look at, at least 1
 */
export function truthAt(list: TruthList, k: number): TruthCut {
  const n = Math.min(k, list.keys.length);
  const threshold = n === 0 ? undefined : list.scores[n - 1];
  if (threshold === undefined) {
    return { keys: [], threshold: null, strictlyAboveCount: 0, tiedCount: 0 };
  }
  let above = 0;
  while (above < n && (list.scores[above] ?? 0) - threshold > TIE_EPSILON) above++;
  let end = n;
  while (end < list.scores.length && threshold - (list.scores[end] ?? 0) <= TIE_EPSILON) end++;
  return {
    keys: list.keys.slice(0, n),
    threshold,
    strictlyAboveCount: above,
    tiedCount: end - above,
  };
}
