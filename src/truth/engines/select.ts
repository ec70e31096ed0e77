import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { kLargest } from './k-largest.ts';

/**
 * The k-th largest of the first `count` scores, by a bounded heap; −Infinity when there are fewer than k.
 *
 * @param k at least 1
 */
export function kthLargest(scores: Float64Array | Float32Array, count: number, k: number): number {
  if (count < k) return Number.NEGATIVE_INFINITY;
  const largest = kLargest(k);
  for (let i = 0; i < count; i++) largest.offer(scores[i] as number);
  return largest.kth();
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
  const picked = {
    rows: new Uint32Array(places.length),
    scores: new Float64Array(places.length),
  };
  // `from` with a function takes several times as long.
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    picked.rows[i] = rows[place] as number;
    picked.scores[i] = scores[place] as number;
  }
  return picked;
}
