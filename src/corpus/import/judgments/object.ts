import { readFile, stat } from 'node:fs/promises';
import { exactJson } from '../../files/exact-json.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import { type PlacedRecord, Survey } from '../records/survey.ts';
import type { SourceFile } from '../source-file.ts';
import type { JudgmentColumns } from '../types.ts';
import { entriesOf, nestedGrades } from './nested.ts';
import { judgmentFields, judgmentsIn } from './records.ts';
import type { JudgmentRow } from './types.ts';

/** Such a file is held in memory whole. */
const MAX_FILE_BYTES = 256 << 20;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Judgments in one JSON value: `{query: {document: grade}}`, as evaluation libraries hold them, `{query: [document, …]}`
 * of relevant ones, or a list of records as JSON lines have them.
 * @throws UsageError for a file that cannot be read or is of another shape
 */
export async function* objectJudgments(
  { path, at }: SourceFile,
  names: JudgmentColumns,
): AsyncGenerator<JudgmentRow[]> {
  const value = await parsed(path, at);
  if (Array.isArray(value)) {
    yield* listedRecords(path, value, names);
    return;
  }
  const byQuery = entriesOf(value);
  if (byQuery === null) throw otherShape(path);
  for (const [queryId, judged] of byQuery) {
    const place = `${path}: query ${queryId}`;
    const grades = nestedGrades(judged, place);
    if (grades === null || queryId === '') throw otherShape(place);
    yield grades.map(([documentId, grade]) => ({ place, queryId, documentId, grade }));
  }
}

function* listedRecords(
  path: string,
  values: readonly unknown[],
  names: JudgmentColumns,
): Generator<JudgmentRow[]> {
  const survey = new Survey();
  const records = values.map((value, row): PlacedRecord => {
    const place = `${path}: row ${row}`;
    if (entriesOf(value) === null) throw otherShape(place);
    const fields = value as PlacedRecord['fields'];
    survey.add(fields);
    return { place, line: null, fields };
  });
  if (records.length === 0) return;
  const fields = judgmentFields(path, survey.fields(), names);
  for (const record of records) yield judgmentsIn(record, fields);
}

async function parsed(path: string, at: string): Promise<unknown> {
  const unreadable = (cause: unknown): never => {
    throw unreadableImport(path, cause);
  };
  const { size } = await stat(at).catch(unreadable);
  if (size > MAX_FILE_BYTES) {
    throw importProblem(
      'file-size',
      path,
      `${size} bytes are too many for one JSON object`,
      'write a line a judgment: query, 0, document, grade',
    );
  }
  const bytes = await readFile(at).catch(unreadable);
  try {
    return exactJson(utf8.decode(bytes));
  } catch (cause) {
    throw importProblem(
      'json',
      path,
      (cause as Error).message,
      'the file is one JSON object or list; JSON lines are read from .jsonl',
      cause,
    );
  }
}

function otherShape(place: string): Error {
  return importProblem(
    'judgment',
    place,
    'holds no judgments',
    'one JSON object is {query: {document: grade}}, and a list holds records with a query, a document and a grade',
  );
}
