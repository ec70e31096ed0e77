import { matchesFilter } from '../corpus/filter.ts';
import { rankBiasedOverlap } from '../metrics/ranking/rbo.ts';
import { setAgreementAtK } from '../metrics/ranking/set-agreement.ts';
import { tieGroups } from '../metrics/ranking/tie-groups.ts';
import type { Hit } from '../wire/operations.ts';
import type { TrafficAnswer, TrafficQuestion } from './question.ts';

/** How far two answers to one question are from each other, in [0, 1]. */
export interface AnswerDistances {
  /** 1 − overlap@k. */
  readonly overlap: number;
  /** 1 − rank-biased overlap (ext) at p = 1 − 1/k. */
  readonly rbo: number;
}

/** Scores nearer than this are one tie group: less than float32 can tell. */
const TIE = 1e-7;
/** A score may rise from one row to the next by this share of the greatest: float noise. */
const RISE_OF_SCALE = 1e-6;

/** Whether an answer came and holds a row. Without truth nothing tells whether one without a row is right. */
export function hasRows({ outcome, ids }: TrafficAnswer): boolean {
  return outcome === 'ok' && ids.length > 0;
}

/** Distances of two answers that came; null where one of them did not, or neither holds a row: that is no agreement. */
export function distancesOf(
  question: Pick<TrafficQuestion, 'collections' | 'k'>,
  one: TrafficAnswer,
  other: TrafficAnswer,
): AnswerDistances | null {
  if (one.outcome !== 'ok' || other.outcome !== 'ok') return null;
  if (!hasRows(one) && !hasRows(other)) return null;
  const { k } = question;
  const [a, b] = [keysOf(one, question).slice(0, k), keysOf(other, question).slice(0, k)];
  // Most answers of two sides that are alike are equal, and these need no walk through the lists.
  if (a.length === b.length && a.every((key, rank) => key === b[rank]))
    return { overlap: 0, rbo: 0 };
  const groups = (keys: string[], answer: TrafficAnswer) =>
    tieGroups(
      keys,
      answer.similarities.map((value) => value ?? Number.NaN),
      TIE,
    );
  return {
    overlap: 1 - setAgreementAtK(a, b, k).overlapMax,
    rbo: 1 - rankBiasedOverlap(groups(a, one), groups(b, other), 1 - 1 / k, 'b').ext,
  };
}

/**
 * How much nearer two answers of the incumbent are to each other than an answer of the candidate is to them:
 * δ(A, A′) − ½ [δ(A, B) + δ(A′, B)], below 0 where the candidate differs by more. Null where one did not come, or the
 * incumbent gave no row one of both times: its silence agrees with nobody and can be held against nobody.
 */
export function excessOf(
  question: Pick<TrafficQuestion, 'collections' | 'k'>,
  [one, other]: readonly [TrafficAnswer, TrafficAnswer],
  candidate: TrafficAnswer,
): AnswerDistances | null {
  if (!hasRows(one) || !hasRows(other)) return null;
  const own = distancesOf(question, one, other);
  const first = distancesOf(question, one, candidate);
  const second = distancesOf(question, other, candidate);
  if (own === null || first === null || second === null) return null;
  return {
    overlap: own.overlap - (first.overlap + second.overlap) / 2,
    rbo: own.rbo - (first.rbo + second.rbo) / 2,
  };
}

/**
 * Recall of two answers to one question, the second by as many rows as the first holds: what the first side did not
 * give is no gain of the second. Null where one has none.
 */
export function recallOfPair(
  incumbent: TrafficAnswer,
  candidate: TrafficAnswer,
  recallOf: (answer: TrafficAnswer) => number | null,
): { readonly incumbent: number; readonly candidate: number } | null {
  const rows = incumbent.ids.length;
  const cut = {
    ...candidate,
    ids: candidate.ids.slice(0, rows),
    collections: candidate.collections.slice(0, rows),
  };
  const [own, other] = [recallOf(incumbent), recallOf(cut)];
  return own === null || other === null ? null : { incumbent: own, candidate: other };
}

function keysOf(
  answer: TrafficAnswer,
  { collections }: Pick<TrafficQuestion, 'collections'>,
): string[] {
  const only = collections.length === 1 ? (collections[0] ?? '') : '';
  return answer.ids.map((id, rank) => `${answer.collections[rank] || only}/${id}`);
}

/** What an answer can break of the contract of a ranked list. */
export const ANSWER_VIOLATIONS = [
  'duplicate-id',
  'too-many',
  'other-collection',
  'filtered-out',
  'non-monotone',
] as const;
export type AnswerViolation = (typeof ANSWER_VIOLATIONS)[number];

/** What hits break of the contract of the question they answer; a filter is held against the metadata that came. */
export function violationsOf(question: TrafficQuestion, hits: readonly Hit[]): AnswerViolation[] {
  const { k, collections, filter } = question;
  const found = new Set<AnswerViolation>();
  const seen = new Set<string>();
  const scale = Math.max(0, ...hits.map(({ similarity }) => Math.abs(similarity) || 0));
  if (hits.length > k) found.add('too-many');
  for (const [rank, { id, collection, similarity, metadata }] of hits.entries()) {
    const key = `${collection ?? ''}/${id}`;
    if (seen.has(key)) found.add('duplicate-id');
    seen.add(key);
    if (collection !== null && !collections.includes(collection)) found.add('other-collection');
    if (filter !== null && metadata !== undefined && !matchesFilter(filter, metadata)) {
      found.add('filtered-out');
    }
    const before = hits[rank - 1]?.similarity ?? Number.POSITIVE_INFINITY;
    if (!(similarity <= before + RISE_OF_SCALE * scale)) found.add('non-monotone');
  }
  return ANSWER_VIOLATIONS.filter((kind) => found.has(kind));
}
