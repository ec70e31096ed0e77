import type { Pair } from '../../observe/ask.ts';
import { call, pathOf } from '../../wire/call.ts';
import type { SqlResponse } from '../../wire/operations.ts';
import type { AnswerPair } from '../record/answer.ts';
import type { SqlRecord, SqlStatement } from '../record/services.ts';
import { askBoth } from './answered.ts';

/** Puts every statement to both sides, one after the other, in the order of the file. */
export async function observeSql(
  pair: Pair,
  statements: readonly SqlStatement[],
  options: { readonly file: string; readonly signal: AbortSignal },
): Promise<SqlRecord> {
  const answers: AnswerPair<SqlResponse>[] = [];
  for (const { sql } of statements) {
    options.signal.throwIfAborted();
    answers.push(
      await askBoth(
        pair,
        (backend) => call(backend, 'sql', { statement: sql }, options.signal),
        (value) => value,
      ),
    );
  }
  return {
    probe: 'sql',
    incumbentPath: pathOf(pair.incumbent, 'sql'),
    candidatePath: pathOf(pair.candidate, 'sql'),
    file: options.file,
    statements,
    answers,
  };
}
