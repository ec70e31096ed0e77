import { documentIndex } from '../../corpus/document-index.ts';
import { UsageError } from '../../errors.ts';
import { answersByQuery } from '../../parity/cell/answers.ts';
import type { Arm } from '../../record/types.ts';
import type { RecordedRun } from './recorded-run.ts';

/** One file for tools of the TREC family. */
export interface TrecFile {
  readonly name: string;
  /** Lines without line breaks. */
  readonly lines: () => Iterable<string>;
}

/** What each arm is called in names of files and runs. */
const ARMS: Readonly<Record<Arm, string>> = {
  A: 'incumbent',
  A2: 'incumbent-again',
  B: 'candidate',
  B2: 'candidate-again',
};

/**
 * A recorded run as TREC files: for each cell and arm `CELL.ARM.run` (`query Q0 document rank score tag`)
 * and `judgments.qrels` (`query 0 document grade`). Scores are 1/rank written with enough digits to fall
 * strictly, so that tools that sort by score keep the order of the response; the similarities of the
 * backend are not in them. Documents are `collection/id`. A document that came twice is listed once, at
 * its better rank, since such tools refuse doubles. Failed requests leave no lines.
 * @throws UsageError where an id holds white space or control characters, at which tools split a line
 */
export function trecFiles(run: RecordedRun): TrecFile[] {
  const { corpus, plan, observations } = run;
  const asked = new Set(plan.queryIds);
  const queries = corpus.queries.filter(({ id }) => asked.has(id));
  const index = documentIndex(corpus.collections);
  const files: TrecFile[] = [];
  for (const { cell } of plan.cells) {
    const answers = answersByQuery(cell, observations, queries, index);
    for (const arm of Object.keys(ARMS) as Arm[]) {
      if (!answers.some(({ arms }) => arms[arm] !== undefined)) continue;
      const tag = `${cell}.${ARMS[arm]}`;
      files.push({
        name: `${tag}.run`,
        lines: function* () {
          for (const { query, arms } of answers) {
            yield* runLines(query.id, arms[arm]?.keys ?? [], tag);
          }
        },
      });
    }
  }
  files.push({
    name: 'judgments.qrels',
    lines: function* () {
      for (const { id } of queries) {
        for (const [key, grade] of corpus.judgments.get(id) ?? []) {
          yield `${word(id)} 0 ${word(key)} ${grade}`;
        }
      }
    },
  });
  return files;
}

function* runLines(queryId: string, keys: readonly string[], tag: string): Generator<string> {
  const unique = [...new Set(keys)];
  for (const [at, key] of unique.entries()) {
    const rank = at + 1;
    // 1/rank falls by more than 1e-8 a rank up to rank 10,000: nine digits keep it strict.
    yield `${word(queryId)} Q0 ${word(key)} ${rank} ${(1 / rank).toFixed(9)} ${tag}`;
  }
}

function word(text: string): string {
  // Some tools split at separators of records and at U+0085 too, and no file keeps half of a character.
  if (text !== '' && !/[\s\p{Cc}\p{Cs}]/u.test(text)) return text;
  throw new UsageError('trec-id', `the id ${JSON.stringify(text)} holds white space or controls`, {
    hint: 'fields of TREC files are separated by spaces: give the corpus ids without them',
    context: { id: text },
  });
}
