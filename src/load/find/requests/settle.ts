import { UNREAD } from '../../answers/answers.ts';
import { type LoadRecord, OUTCOME_CODE } from '../../recorder.ts';

/** What an answer is worth. */
export interface AnswerValue {
  /** Recall of the answer's ids in [0,1]; null where it is undefined. */
  readonly recall: number | null;
  /** Rows that it holds; absent where nobody looked. */
  readonly rows?: number;
  /** Rows that a whole answer has; absent where that is not known. */
  readonly due?: number;
}

/** What the answer of some number to a query of some index is worth; null where it cannot be read. */
export type ValueFor = (query: number, variant: number) => AnswerValue | null;

/** A record whose answers have been read. */
export interface SettledRecord {
  /** Requests whose answers cannot be read have ended malformed in it. */
  readonly record: LoadRecord;
  /** By row; null where there was no answer, an undefined recall where it was not kept. */
  readonly values: readonly (AnswerValue | null)[];
}

/** Reads every answer of a finished record, each distinct one once; `valueFor` by arm. */
export function settleAnswers(record: LoadRecord, valueFor: readonly ValueFor[]): SettledRecord {
  const { count, arm, query } = record.schedule;
  const known = new Map<string, AnswerValue | null>();
  const values: (AnswerValue | null)[] = new Array(count).fill(null);
  const outcome = Uint8Array.from(record.outcome);
  for (let row = 0; row < count; row++) {
    const variant = record.variant[row] ?? 0;
    const side = arm[row] ?? 0;
    const read = valueFor[side];
    if (variant === 0 || read === undefined || outcome[row] !== OUTCOME_CODE.ok) continue;
    if (variant === UNREAD) {
      values[row] = { recall: null };
      continue;
    }
    const key = `${side}/${query[row]}/${variant}`;
    let value = known.get(key);
    if (value === undefined) {
      value = read(query[row] ?? 0, variant);
      known.set(key, value);
    }
    if (value === null) outcome[row] = OUTCOME_CODE.malformed;
    values[row] = value;
  }
  return { record: { ...record, outcome }, values };
}

/** Mean recall over rows; a row without an answer scores 0; null where no row has a defined recall. */
export function recallUnderLoad(
  values: readonly (AnswerValue | null)[],
  rows: readonly number[],
): number | null {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = values[row] ?? null;
    if (value !== null && value.recall === null) continue;
    sum += value?.recall ?? 0;
    count++;
  }
  return count === 0 ? null : sum / count;
}
