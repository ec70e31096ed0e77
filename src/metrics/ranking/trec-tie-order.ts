import { compareUtf8 } from '../utf8-order.ts';

/**
 * The order in which trec_eval reads a run: score descending, then document id descending by bytes,
 * whatever order the rows had.
 *
 * An export for such tools must carry strictly decreasing scores, or ties are put in another order.
 */
export function trecTieOrder(run: readonly (readonly [id: string, score: number])[]): string[] {
  return [...run]
    .sort(([idA, scoreA], [idB, scoreB]) => scoreB - scoreA || compareUtf8(idB, idA))
    .map(([id]) => id);
}
