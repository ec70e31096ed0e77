import { firstRanks } from './first-ranks.ts';
import type { TopKDistance } from './kendall-topk.ts';
import type { Key } from './recall.ts';

/**
 * Spearman's footrule F^(ℓ) of two top-k lists: Σ over A∪B of |rank in A − rank in B|.
 *
 * Ranks are 1-based; a document that a list does not hold is put at `location`, by default one beyond the
 * longer list. Maximum: Σ(ℓ − i) over the ranks of both lists. Fagin, Kumar & Sivakumar 2003. Two empty
 * lists are at 0.
 */
export function footrule(
  a: readonly Key[],
  b: readonly Key[],
  location: number = Math.max(a.length, b.length) + 1,
): TopKDistance {
  const rankA = firstRanks(a);
  const rankB = firstRanks(b);
  let distance = 0;
  for (const key of new Set([...rankA.keys(), ...rankB.keys()])) {
    distance += Math.abs((rankA.get(key) ?? location) - (rankB.get(key) ?? location));
  }
  let maximum = 0;
  for (const rank of [...rankA.values(), ...rankB.values()]) maximum += location - rank;
  return { distance, maximum, normalized: maximum === 0 ? 0 : distance / maximum };
}
