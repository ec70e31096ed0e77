import { TIE_EPSILON } from '../../../metrics/ranking/tie-aware-recall.ts';
import { kLargest } from '../k-largest.ts';
import type { RowList } from '../pool/shard.ts';
import { keepTop } from '../select.ts';

/** The best rows seen so far for one query, with exact scores. */
export interface BestRows {
  readonly offer: (row: number, score: number) => void;
  /** The k-th best exact score so far; −Infinity while there are fewer than k. */
  readonly threshold: () => number;
  readonly list: () => RowList;
}

/** Keeps every offered row that can be among the best k or within ε of the k-th. */
export function bestRows(k: number): BestRows {
  let rows: number[] = [];
  let scores: number[] = [];
  let limit = 4 * k + 64;
  const { offer, kth: threshold } = kLargest(k);

  function compact(): void {
    const kept: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      if (threshold() - (scores[i] as number) <= TIE_EPSILON) kept.push(i);
    }
    rows = kept.map((i) => rows[i] as number);
    scores = kept.map((i) => scores[i] as number);
    limit = Math.max(limit, 2 * rows.length);
  }

  return {
    offer: (row, score) => {
      // The threshold only rises, so what is out of reach now stays so.
      if (threshold() - score > TIE_EPSILON) return;
      rows.push(row);
      scores.push(score);
      offer(score);
      if (rows.length > limit) compact();
    },
    threshold,
    list: () => keepTop(new Uint32Array(rows), new Float64Array(scores), k),
  };
}
