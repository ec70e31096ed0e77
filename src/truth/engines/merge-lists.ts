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
  const [first = EMPTY, ...others] = parts;
  // One list alone may be longer than it has to be.
  return others.length === 0
    ? mergeTwo(first, EMPTY, kPrime)
    : others.reduce((merged, part) => mergeTwo(merged, part, kPrime), first);
}

const EMPTY: TruthList = { keys: [], scores: new Float64Array(0), allowedCount: 0 };

/** Both lists are in the total order: one step a document, until the tie group of the k′-th is through. */
function mergeTwo(a: TruthList, b: TruthList, kPrime: number): TruthList {
  const keys: string[] = [];
  const scores = new Float64Array(a.keys.length + b.keys.length);
  let threshold = Number.NEGATIVE_INFINITY;
  let i = 0;
  let j = 0;
  let taken = 0;
  while (i < a.keys.length || j < b.keys.length) {
    const fromA = j >= b.keys.length || (i < a.keys.length && isBefore(a, i, b, j));
    const score = (fromA ? a.scores[i] : b.scores[j]) ?? Number.NEGATIVE_INFINITY;
    if (taken >= kPrime && threshold - score > TIE_EPSILON) break;
    keys.push((fromA ? a.keys[i++] : b.keys[j++]) ?? '');
    scores[taken++] = score;
    if (taken === kPrime) threshold = score;
  }
  return {
    keys,
    scores: scores.slice(0, taken),
    allowedCount: a.allowedCount + b.allowedCount,
  };
}

function isBefore(a: TruthList, i: number, b: TruthList, j: number): boolean {
  const difference = (b.scores[j] ?? 0) - (a.scores[i] ?? 0);
  return difference === 0 ? compareUtf8(a.keys[i] ?? '', b.keys[j] ?? '') < 0 : difference < 0;
}
