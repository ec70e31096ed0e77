import type { ObservedNonce, RecordedAnswer } from '../../record/observed.ts';
import type { AnswerValue } from '../requests/settle.ts';

/** Recall of an answer against exact truth, in [0,1]; null where it is undefined. */
export interface AnswerRecall {
  readonly of: (query: number, answer: RecordedAnswer) => number | null;
  /** Rows that a whole answer to a query has; null where its recall is undefined. */
  readonly due: (query: number) => number | null;
  readonly ofNonce: (nonce: ObservedNonce, answer: RecordedAnswer) => number | null;
}

/** What an answer to a query is worth; `recall` is null where it is not looked at. */
export function answerValue(
  query: number,
  answer: RecordedAnswer,
  recall: AnswerRecall | null,
): AnswerValue {
  const due = recall?.due(query) ?? null;
  return {
    recall: recall?.of(query, answer) ?? null,
    rows: answer.ids.length,
    ...(due === null ? {} : { due }),
  };
}

/**
 * The value of an answer for the rows that it holds: the share of them that belong to the exact list. Rows that it
 * lacks do not lower it; an answer without a row has no value.
 */
export function valueOfGiven(value: AnswerValue | null): AnswerValue | null {
  if (value === null || value.recall === null) return value;
  const { recall, rows, due } = value;
  if (rows === undefined || due === undefined || rows >= due) return value;
  return { ...value, recall: rows === 0 ? null : Math.min(1, (recall * due) / rows) };
}
