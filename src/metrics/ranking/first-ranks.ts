import type { Key } from './recall.ts';

/** The 1-based rank at which each document first occurs; a repeated one uses up its slot. */
export function firstRanks(list: readonly Key[]): Map<Key, number> {
  const ranks = new Map<Key, number>();
  for (const [row, key] of list.entries()) if (!ranks.has(key)) ranks.set(key, row + 1);
  return ranks;
}
