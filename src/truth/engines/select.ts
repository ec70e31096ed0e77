import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';

/**
 * The k-th largest of the first `count` scores, by a bounded heap; −Infinity when there are fewer than k.
 *
 * @param k at least 1
 */
export function kthLargest(scores: Float64Array | Float32Array, count: number, k: number): number {
  if (count < k) return Number.NEGATIVE_INFINITY;
  const heap = new Float64Array(k);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const score = scores[i] as number;
    if (size < k) {
      let child = size++;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if ((heap[parent] as number) <= score) break;
        heap[child] = heap[parent] as number;
        child = parent;
      }
      heap[child] = score;
    } else if (score > (heap[0] as number)) {
      siftDown(heap, score);
    }
  }
  return heap[0] as number;
}

function siftDown(heap: Float64Array, score: number): void {
  let parent = 0;
  for (let child = 1; child < heap.length; child = 2 * parent + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= score) break;
    heap[parent] = heap[child] as number;
    parent = child;
  }
  heap[parent] = score;
}

/**
 * The best k of the scored rows, widened by every row within ε of the k-th score, in the order given.
 *
 * @param rows row numbers; `scores[i]` belongs to `rows[i]`
 */
export function keepTop(
  rows: Uint32Array,
  scores: Float64Array,
  k: number,
): { rows: Uint32Array; scores: Float64Array } {
  const threshold = kthLargest(scores, scores.length, k);
  const kept: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (threshold - (scores[i] as number) <= TIE_EPSILON) kept.push(i);
  }
  return pick(rows, scores, kept);
}

/**
 * The rows of `keepTop` in the total order: score descending, then by key.
 *
 * @param compareKeys negative where the first row's key comes first in the order of UTF-8 bytes
 */
export function selectTop(
  rows: Uint32Array,
  scores: Float64Array,
  k: number,
  compareKeys: (a: number, b: number) => number,
): { rows: Uint32Array; scores: Float64Array } {
  const top = keepTop(rows, scores, k);
  const order = Array.from(top.scores.keys()).sort((a, b) => {
    const difference = (top.scores[b] as number) - (top.scores[a] as number);
    if (difference !== 0) return difference;
    return compareKeys(top.rows[a] as number, top.rows[b] as number);
  });
  return pick(top.rows, top.scores, order);
}

function pick(rows: Uint32Array, scores: Float64Array, places: readonly number[]) {
  return {
    rows: Uint32Array.from(places, (i) => rows[i] as number),
    scores: Float64Array.from(places, (i) => scores[i] as number),
  };
}
