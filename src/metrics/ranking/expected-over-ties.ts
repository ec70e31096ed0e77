import { type Gain, gainOf, idealDcg, type Ndcg } from './ndcg.ts';
import type { Key } from './recall.ts';

/**
 * The documents that a ranking by the declared metric cannot tell apart: each document of a tie of two or more →
 * all documents of its tie, itself included. A document that is not named is tied with none.
 */
export type ExactTies<K extends Key = Key> = ReadonlyMap<K, readonly K[]>;

/** Ties of two or more, from groups of documents with equal exact scores. */
export function exactTies<K extends Key>(groups: readonly (readonly K[])[]): ExactTies<K> {
  return new Map(
    groups.flatMap((group) =>
      group.length < 2 ? [] : group.map((key): [K, readonly K[]] => [key, group]),
    ),
  );
}

/**
 * nDCG@k, expected over the order of exact ties: the mean of nDCG over all ways to exchange the documents of
 * each tie for one another, all equally likely.
 *
 * After such an exchange the slot of a document of the tie G holds each document of G with probability 1/|G|, so
 * by linearity E[DCG] = Σ_{i≤k} ḡ_i / log2(i + 1), where ḡ_i is the mean gain over the tie of the document in slot
 * i. The ideal order does not change. This is McSherry & Najork, *Computing Information Retrieval Performance
 * Measures Efficiently in the Presence of Tied Scores* (ECIR 2008), for ties that may also be interrupted, or cut at k: a tied document
 * beyond the cut takes part as well. Two answers that differ only in which documents of a tie
 * they show, and in which order, have one value. A document that is lost frees a slot for a worse one, and that
 * loss stays.
 *
 * `run` is in the order of the response; a repeated document gains nothing and uses up a slot.
 */
export function expectedNdcgAtK<K extends Key>(
  run: readonly K[],
  grades: ReadonlyMap<K, number>,
  k: number,
  ties: ExactTies<K>,
  gain: Gain = 'linear',
): Ndcg {
  const own = (key: K): number => gainOf(grades.get(key) ?? 0, gain);
  const meanOf = new Map<readonly K[], number>();
  const seen = new Set<K>();
  let dcg = 0;
  for (const [row, key] of run.slice(0, k).entries()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const tied = ties.get(key) ?? [key];
    const mean = meanOf.get(tied) ?? tied.reduce((sum, one) => sum + own(one), 0) / tied.length;
    meanOf.set(tied, mean);
    dcg += mean / Math.log2(row + 2);
  }
  const idcg = idealDcg(grades.values(), k, gain);
  return { dcg, idcg, ndcg: idcg > 0 ? dcg / idcg : null };
}

/**
 * Reciprocal rank at k, expected over the order of exact ties, as `expectedNdcgAtK`; null where nothing is
 * relevant.
 *
 * A tie of g documents, ρ of them relevant, of which j slots came before without a relevant one, puts one into
 * its next slot with probability ρ / (g − j), since the slots of a tie are a sample without replacement, and ties
 * do not depend on one another. So E[RR] = Σ_{i≤k} (1/i) p_i Π_{h<i} (1 − p_h) (McSherry & Najork 2008).
 */
export function expectedReciprocalRankAtK<K extends Key>(
  run: readonly K[],
  relevant: Iterable<K>,
  k: number,
  ties: ExactTies<K>,
): number | null {
  const wanted = new Set(relevant);
  if (wanted.size === 0) return null;
  const seen = new Set<K>();
  const slotsOf = new Map<readonly K[], number>();
  let noneYet = 1;
  let expected = 0;
  for (const [row, key] of run.slice(0, k).entries()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const tied = ties.get(key) ?? [key];
    const before = slotsOf.get(tied) ?? 0;
    slotsOf.set(tied, before + 1);
    const found = tied.reduce((count, other) => count + (wanted.has(other) ? 1 : 0), 0);
    const first = Math.min(1, found / (tied.length - before));
    expected += (noneYet * first) / (row + 1);
    noneYet *= 1 - first;
    if (noneYet === 0) break;
  }
  return expected;
}
