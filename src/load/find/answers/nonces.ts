import type { AnswersOf, ObservedNonce, RecordedAnswer } from '../../record/observed.ts';
import { answerFingerprint } from './foreign-answers.ts';

/** What one side answered, after one rate, to texts that nobody had asked before. */
export interface NonceFigures {
  readonly ratePerSecond: number;
  readonly side: 'incumbent' | 'candidate';
  readonly asked: number;
  readonly answered: number;
  /** Queries whose answers came back for other texts, to the last digit: a cache that looks at too little. */
  readonly sameAs: readonly string[];
  /** Null where no answer has a recall. */
  readonly recall: number | null;
}

const SIDES = ['incumbent', 'candidate'] as const;

/**
 * Compares the answers to nonces with those to known queries and with each other: an answer that is the same to the
 * last digit was not computed for its text. `recallOf` gives null where there is no truth.
 */
export function nonceFigures(
  nonces: readonly ObservedNonce[],
  known: readonly [AnswersOf, AnswersOf],
  queryIds: readonly string[],
  recallOf: (nonce: ObservedNonce, answer: RecordedAnswer) => number | null,
): NonceFigures[] {
  const seen = known.map((answers) => answeredBefore(answers, queryIds));
  const groups = Map.groupBy(nonces, ({ ratePerSecond, arm }) => `${ratePerSecond} ${arm}`);
  return [...groups.values()].map((group) => {
    const { ratePerSecond = 0, arm = 0 } = group[0] ?? {};
    const recalls = group.flatMap((nonce) =>
      nonce.answer === null ? [] : (recallOf(nonce, nonce.answer) ?? []),
    );
    return {
      ratePerSecond,
      side: SIDES[arm],
      asked: group.length,
      answered: group.filter(({ answer }) => answer !== null).length,
      sameAs: group.flatMap((nonce) => sameAs(nonce, seen[arm] ?? new Map())),
      recall:
        recalls.length === 0
          ? null
          : recalls.reduce((sum, value) => sum + value, 0) / recalls.length,
    };
  });
}

/** The first query that was answered the same, and remembers this one. */
function sameAs({ query, answer }: ObservedNonce, seen: Map<string, string>): string[] {
  // Two texts that match nothing are answered alike without any cache.
  if (answer === null || answer.ids.length === 0) return [];
  const fingerprint = answerFingerprint(answer);
  const before = seen.get(fingerprint);
  if (before === undefined) seen.set(fingerprint, query.id);
  return before === undefined ? [] : [before];
}

function answeredBefore(answers: AnswersOf, queryIds: readonly string[]): Map<string, string> {
  const seen = new Map<string, string>();
  for (const { query, answer } of answers.entries()) {
    if (answer === null) continue;
    const fingerprint = answerFingerprint(answer);
    if (!seen.has(fingerprint)) seen.set(fingerprint, queryIds[query] ?? '');
  }
  return seen;
}
