import { TIE_EPSILON } from '../../../metrics/ranking/tie-aware-recall.ts';
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
  let threshold = Number.NEGATIVE_INFINITY;
  /** The k best scores, the least of them first: a binary heap. */
  const heap: number[] = [];

  function rise(score: number): void {
    let child = heap.length;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if ((heap[parent] as number) <= score) break;
      heap[child] = heap[parent] as number;
      child = parent;
    }
    heap[child] = score;
  }

  function sink(score: number): void {
    let parent = 0;
    for (let child = 1; child < k; child = 2 * parent + 1) {
      if (child + 1 < k && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= score) break;
      heap[parent] = heap[child] as number;
      parent = child;
    }
    heap[parent] = score;
  }

  function compact(): void {
    const kept: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      if (threshold - (scores[i] as number) <= TIE_EPSILON) kept.push(i);
    }
    rows = kept.map((i) => rows[i] as number);
    scores = kept.map((i) => scores[i] as number);
    limit = Math.max(limit, 2 * rows.length);
  }

  return {
    offer: (row, score) => {
      // The threshold only rises, so what is out of reach now stays so.
      if (threshold - score > TIE_EPSILON) return;
      rows.push(row);
      scores.push(score);
      if (heap.length < k) rise(score);
      else if (score > threshold) sink(score);
      if (heap.length === k) threshold = heap[0] as number;
      if (rows.length > limit) compact();
    },
    threshold: () => threshold,
    list: () => keepTop(Uint32Array.from(rows), Float64Array.from(scores), k),
  };
}
