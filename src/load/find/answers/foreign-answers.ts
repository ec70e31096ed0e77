import type { Query } from '../../../corpus/types.ts';
import type { AnswersOf, RecordedAnswer } from '../../record/observed.ts';

/** Tells two answers apart by their documents and scores, to the last digit. */
export function answerFingerprint({ ids, collections, rawScores }: RecordedAnswer): string {
  return JSON.stringify(ids.map((id, rank) => [collections[rank], id, rawScores[rank]]));
}

/** One answer of one side that is equal to its answer to another question. */
export interface SuspectAnswer {
  readonly query: number;
  readonly variant: number;
  readonly fingerprint: string;
}

/**
 * Answers that came to one question and are equal, scores included, to an answer to another. Two questions may be
 * answered alike, for example where they differ in a typo that the model does not see; what the side says to the
 * question alone decides.
 */
export function suspectAnswers(queries: readonly Query[], answers: AnswersOf): SuspectAnswer[] {
  const questions = new Map<string, Set<string>>();
  const all: SuspectAnswer[] = [];
  for (const { query, variant, answer } of answers.entries()) {
    // Two questions that match nothing are answered alike without any mistake.
    if (answer === null || answer.ids.length === 0) continue;
    const fingerprint = answerFingerprint(answer);
    const asked = questions.get(fingerprint) ?? new Set();
    asked.add(questionOf(queries[query]));
    questions.set(fingerprint, asked);
    all.push({ query, variant, fingerprint });
  }
  return all.filter(({ fingerprint }) => (questions.get(fingerprint)?.size ?? 0) > 1);
}

/**
 * Whether an answer belongs to another request: it is equal to an answer to another question, and the side answers
 * its own question otherwise when that is asked alone.
 */
export function foreignAnswers(
  queries: readonly Query[],
  answers: AnswersOf,
): (query: number, variant: number) => boolean {
  const foreign = new Set(
    suspectAnswers(queries, answers).flatMap(({ query, variant, fingerprint }) => {
      const alone = answers.alone(query);
      if (alone === null || alone === undefined) return [];
      return answerFingerprint(alone) === fingerprint ? [] : [`${query}/${variant}`];
    }),
  );
  return (query, variant) => foreign.has(`${query}/${variant}`);
}

function questionOf(query: Query | undefined): string {
  const { text, collections = [], filter } = query ?? {};
  return JSON.stringify([text, [...collections].sort(), filter ?? null]);
}
