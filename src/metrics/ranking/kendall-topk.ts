import { firstRanks } from './first-ranks.ts';
import type { Key } from './recall.ts';

/** Kendall distance of two top-k lists. */
export interface TopKDistance {
  readonly distance: number;
  /** The distance of two lists of these lengths that share nothing. */
  readonly maximum: number;
  /** distance / maximum, in [0, 1]. */
  readonly normalized: number;
}

/**
 * Kendall's distance K^(p) of two top-k lists with different documents.
 *
 * Fagin, Kumar & Sivakumar, SIAM J. Discrete Math. 2003: a pair costs 1 where the lists are known to order
 * it differently, p where neither tells (both documents in one list alone), else 0. Maximum:
 * |A||B| + p(C(|A|,2) + C(|B|,2)). Two empty lists are at 0, an empty and a filled one at 1.
 */
export function kendallTopK(a: readonly Key[], b: readonly Key[], p = 0): TopKDistance {
  const rankA = firstRanks(a);
  const rankB = firstRanks(b);
  const keys = [...new Set([...rankA.keys(), ...rankB.keys()])];
  let distance = 0;
  for (const [at, i] of keys.entries()) {
    for (const j of keys.slice(at + 1)) {
      distance += pairPenalty(rankA.get(i), rankA.get(j), rankB.get(i), rankB.get(j), p);
    }
  }
  const pairsWithin = (n: number) => (n * (n - 1)) / 2;
  const maximum = rankA.size * rankB.size + p * (pairsWithin(rankA.size) + pairsWithin(rankB.size));
  const oneEmpty = (rankA.size === 0) !== (rankB.size === 0);
  return {
    distance,
    maximum,
    normalized: oneEmpty ? 1 : maximum === 0 ? 0 : distance / maximum,
  };
}

/** Ranks are undefined where a list does not hold the document: it comes after all that it holds. */
function pairPenalty(
  iInA: number | undefined,
  jInA: number | undefined,
  iInB: number | undefined,
  jInB: number | undefined,
  p: number,
): number {
  const orderA = order(iInA, jInA);
  const orderB = order(iInB, jInB);
  if (orderA === 0 || orderB === 0) return p;
  return orderA === orderB ? 0 : 1;
}

function order(i: number | undefined, j: number | undefined): -1 | 0 | 1 {
  if (i === undefined && j === undefined) return 0;
  return (i ?? Number.POSITIVE_INFINITY) < (j ?? Number.POSITIVE_INFINITY) ? -1 : 1;
}
