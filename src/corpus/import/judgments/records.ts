import { importProblem } from '../problem.ts';
import { type FieldSurvey, type PlacedRecord, shownFields } from '../records/survey.ts';
import { fieldOf, idOf } from '../records/values.ts';
import type { SourceFile } from '../source-file.ts';
import type { JudgmentColumns, RecordReader } from '../types.ts';
import { gradeOf } from './grade.ts';
import { JUDGMENT_NAMES, type JudgmentRow } from './types.ts';

/** Whether records are judgments by their fields: each names a query and a document, and grades them. */
export function areJudgments(fields: FieldSurvey): boolean {
  const has = (names: readonly string[]) => names.some((name) => fields.has(name));
  // A question beside its answer and a label has texts: judgments are ids alone.
  const ids = (names: readonly string[]) => names.filter((name) => /id|docno/.test(name));
  const { query, document, grade } = JUDGMENT_NAMES;
  return has(ids(query)) && has(ids(document)) && has(grade) && !fields.has('text');
}

/**
 * Judgments in records (JSONL, Parquet, Arrow), a few at a time.
 * @throws UsageError where a column is missing, and naming file and place for a record that is no judgment
 */
export async function* recordJudgments(
  file: SourceFile,
  reader: RecordReader,
  names: JudgmentColumns,
  signal?: AbortSignal,
): AsyncGenerator<JudgmentRow[]> {
  const options = signal === undefined ? {} : { signal };
  const fields = await reader.fields(file, options);
  if (fields.size === 0) return;
  const name = (part: keyof JudgmentColumns): string => {
    const wanted = names[part];
    const found = wanted ?? JUDGMENT_NAMES[part].find((usual) => fields.has(usual));
    if (found !== undefined && fields.has(found)) return found;
    throw importProblem(
      'field',
      file.path,
      wanted === undefined
        ? `no field names the ${part} of a judgment`
        : `there is no field ${JSON.stringify(wanted)}`,
      `name it with --judgments.${part}-column; the fields are: ${shownFields(fields)}`,
    );
  };
  const [query, document, grade] = [name('query'), name('document'), name('grade')];
  const row = (record: PlacedRecord): JudgmentRow => ({
    place: record.place,
    queryId: idOf(record, query),
    documentId: idOf(record, document),
    grade: gradeOf(fieldOf(record, grade), record.place),
  });
  for await (const records of reader.read(file, [query, document, grade], options)) {
    yield records.map(row);
  }
}
