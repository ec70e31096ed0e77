import { flag, reals, rowsCodec, textField, texts, whole } from '../../record/tables/rows-codec.ts';
import type { AnswersOf, RecordedAnswer } from './observed.ts';

/** One answer of one side to one query, as it is written down. */
export interface AnswerRow {
  readonly queryId: string;
  /** 1-based number of the answer among those to the query; 0 where the query was asked alone. */
  readonly variant: number;
  /** False where the dialect could make nothing of it; the lists are empty then. */
  readonly readable: boolean;
  readonly ids: readonly string[];
  readonly collections: readonly string[];
  readonly rawScores: readonly number[];
}

/** Answers of one side, each distinct one once. */
export const answerRowsCodec = rowsCodec<AnswerRow>({
  queryId: textField,
  variant: whole,
  readable: flag,
  ids: texts,
  collections: texts,
  rawScores: reals,
});

/** One answer as a row; null for one that cannot be read. */
export function answerRow(
  queryId: string,
  variant: number,
  answer: RecordedAnswer | null,
): AnswerRow {
  const { ids = [], collections = [], rawScores = [] } = answer ?? {};
  return { queryId, variant, readable: answer !== null, ids, collections, rawScores };
}

/** The answers of one side from rows that were read back. */
export function answersOf(rows: readonly AnswerRow[], queryIds: readonly string[]): AnswersOf {
  const indexOf = new Map(queryIds.map((id, index) => [id, index]));
  const answers = new Map<
    string,
    { query: number; variant: number; answer: RecordedAnswer | null }
  >();
  const alone = new Map<number, RecordedAnswer | null>();
  for (const { queryId, variant, readable, ids, collections, rawScores } of rows) {
    const query = indexOf.get(queryId);
    if (query === undefined) continue;
    const answer = readable ? { ids, collections, rawScores } : null;
    if (variant === 0) alone.set(query, answer);
    else answers.set(`${query}/${variant}`, { query, variant, answer });
  }
  return {
    of: (query, variant) => answers.get(`${query}/${variant}`)?.answer,
    entries: () => answers.values(),
    alone: (query) => alone.get(query),
  };
}
