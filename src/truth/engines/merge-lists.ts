import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { compareUtf8 } from '../../metrics/utf8-order.ts';
import type { TruthList } from '../types.ts';

/**
 * The exact list of one query over several disjoint sets of documents, from its exact lists over each.
 *
 * Every part must have been made with the same k′ or a larger one. The order is total (score
 * descending, key ascending by UTF-8 bytes) and each part is widened by what lies within ε of its own
 * k′-th score, which is not above the k′-th score of the whole, so nothing that belongs in the whole is
 * missing from its part: the merge is exact, associative and commutative.
 *
 * @param parts lists of one query over sets that share no key
 * @param kPrime least length of a list, at least 1
 */
export function mergeLists(parts: readonly TruthList[], kPrime: number): TruthList {
  const all = parts.flatMap(({ keys, scores }) =>
    keys.map((key, place) => ({ key, score: scores[place] ?? Number.NEGATIVE_INFINITY })),
  );
  all.sort((a, b) => b.score - a.score || compareUtf8(a.key, b.key));
  const threshold = all[kPrime - 1]?.score ?? Number.NEGATIVE_INFINITY;
  let end = Math.min(kPrime, all.length);
  while (end < all.length && threshold - (all[end]?.score ?? 0) <= TIE_EPSILON) end++;
  const kept = all.slice(0, end);
  return {
    keys: kept.map(({ key }) => key),
    scores: Float64Array.from(kept, ({ score }) => score),
    allowedCount: parts.reduce((sum, { allowedCount }) => sum + allowedCount, 0),
  };
}
