import type { Key } from './recall.ts';

/**
 * Reciprocal rank at k: 1 / rank of the first relevant document among the first k rows, else 0.
 *
 * Null where nothing is relevant.
 */
export function reciprocalRankAtK(
  run: readonly Key[],
  relevant: Iterable<Key>,
  k: number,
): number | null {
  const wanted = new Set(relevant);
  if (wanted.size === 0) return null;
  const row = run.slice(0, k).findIndex((key) => wanted.has(key));
  return row === -1 ? 0 : 1 / (row + 1);
}
