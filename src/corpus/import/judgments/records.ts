import { importProblem } from '../problem.ts';
import { type FieldSurvey, hasKind, type PlacedRecord, shownFields } from '../records/survey.ts';
import { fieldOf, idOf } from '../records/values.ts';
import type { SourceFile } from '../source-file.ts';
import type { JudgmentColumns, RecordReader } from '../types.ts';
import { gradeOf } from './grade.ts';
import { entriesOf, nestedGrades } from './nested.ts';
import { JUDGMENT_NAMES, type JudgmentRow, LISTED_NAMES } from './types.ts';

/** Where the parts of a judgment stand in records. */
interface JudgmentFields {
  readonly query: string;
  /** Of one document, or of all that a query has. */
  readonly document: string;
  /** Null where all that is listed is relevant, or a list holds its grades itself. */
  readonly grade: string | null;
  readonly isListed: boolean;
}

/** Names that tell by themselves that a list is of relevant documents. */
export const SURELY_LISTED: readonly string[] = LISTED_NAMES.filter((name) =>
  /^(relevant|positive|gold|qrels)/.test(name),
);

/** Ids of queries that have a record each, with their judgments in it. */
const OWN_IDS = ['_id', 'id'];

/**
 * Whether records are judgments by their fields: each names a query and a document, and grades them, or lists the
 * documents of a query.
 */
export function areJudgments(fields: FieldSurvey): boolean {
  const has = (names: readonly string[]) => names.some((name) => fields.has(name));
  const { query, document, grade } = JUDGMENT_NAMES;
  if (!has(idsAmong(query))) return false;
  // A question beside its answer and a label has texts: judgments are ids alone.
  if (has(idsAmong(document)) && has(grade) && !fields.has('text')) return true;
  const isText = (name: string) => hasKind(fields, name, 'text');
  const texts = [...fields.keys()].filter((name) => isText(name) && !among(query, name));
  return SURELY_LISTED.some((name) => holdsLists(fields, name)) && texts.length === 0;
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
  const survey = await reader.fields(file, options);
  if (survey.size === 0) return;
  const fields = judgmentFields(file.path, survey, names);
  const { query, document, grade } = fields;
  const wanted = [query, document, ...(grade === null ? [] : [grade])];
  for await (const records of reader.read(file, wanted, options)) {
    yield records.flatMap((record) => judgmentsIn(record, fields));
  }
}

/**
 * Chooses the fields that are read: those that are named, else those with usual names.
 * @throws UsageError where one is missing
 */
export function judgmentFields(
  path: string,
  survey: FieldSurvey,
  names: JudgmentColumns,
): JudgmentFields {
  const chosen = (part: keyof JudgmentColumns, usual: readonly string[]): string | null => {
    const wanted = names[part];
    if (wanted === undefined) return usual.find((name) => survey.has(name)) ?? null;
    if (survey.has(wanted)) return wanted;
    throw noField(path, survey, part, `there is no field ${JSON.stringify(wanted)}`);
  };
  const missing = (part: keyof JudgmentColumns): Error =>
    noField(path, survey, part, `no field names the ${part} of a judgment`);
  const listed = LISTED_NAMES.find((name) => holdsLists(survey, name));
  const document = chosen('document', JUDGMENT_NAMES.document) ?? listed;
  if (document === undefined) throw missing('document');
  const isListed = holdsLists(survey, document);
  const { query: queries } = JUDGMENT_NAMES;
  // Where a query has one record, it may be the query itself: its text is then no id.
  const usual = isListed ? [...idsAmong(queries), ...OWN_IDS, ...queries] : queries;
  const query = chosen('query', usual);
  if (query === null) throw missing('query');
  const graded = chosen(
    'grade',
    JUDGMENT_NAMES.grade.filter((name) => name !== document),
  );
  if (graded === null && !isListed) throw missing('grade');
  return { query, document, grade: graded, isListed };
}

/** The judgments in one record. @throws UsageError naming its place where it holds none as it should */
export function judgmentsIn(record: PlacedRecord, fields: JudgmentFields): JudgmentRow[] {
  const { place } = record;
  const queryId = idOf(record, fields.query);
  const value = fieldOf(record, fields.document) ?? null;
  const grade = fields.grade === null ? undefined : fieldOf(record, fields.grade);
  if (fields.isListed && value === null) return [];
  // Grades by id stand in a field of many documents; in that of one they are a mistake.
  const isOfOne = among(JUDGMENT_NAMES.document, fields.document) && entriesOf(value) !== null;
  const nested = isOfOne ? null : nestedGrades(value, place, grade);
  if (nested !== null) {
    return nested.map(([documentId, own]) => ({ place, queryId, documentId, grade: own }));
  }
  const documentId = idOf(record, fields.document);
  return [{ place, queryId, documentId, grade: gradeOf(grade, place) }];
}

/** Whether a field holds lists, or grades by id. */
function holdsLists(fields: FieldSurvey, name: string): boolean {
  return fields.has(name) && !hasKind(fields, name, 'text', 'number');
}

function idsAmong(names: readonly string[]): string[] {
  return names.filter((name) => /id|docno/.test(name));
}

function among(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function noField(
  path: string,
  fields: FieldSurvey,
  part: keyof JudgmentColumns,
  what: string,
): Error {
  return importProblem(
    'field',
    path,
    what,
    `name it with --judgments.${part}-column; the fields are: ${shownFields(fields)}`,
  );
}
