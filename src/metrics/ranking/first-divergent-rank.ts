import type { Key } from './recall.ts';

/**
 * First rank (1-based) among the first k at which two answers name different documents, or at which one
 * has ended and the other has not; null where they are the same to the last row.
 */
export function firstDivergentRank(a: readonly Key[], b: readonly Key[], k: number): number | null {
  const rows = Math.min(k, Math.max(a.length, b.length));
  for (let row = 0; row < rows; row++) if (a[row] !== b[row]) return row + 1;
  return null;
}
