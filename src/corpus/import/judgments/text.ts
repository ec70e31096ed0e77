import { counted } from '../../../counted.ts';
import { cellsOf, unquoted } from '../formats/delimited-rows.ts';
import { importProblem } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { textLines } from '../text-lines.ts';
import type { JudgmentColumns } from '../types.ts';
import { gradeOf, looksLikeGrade } from './grade.ts';
import { JUDGMENT_NAMES, type JudgmentRow } from './types.ts';

/** Where the parts of a judgment stand in a line. */
interface Columns {
  readonly query: number;
  readonly document: number;
  readonly grade: number;
  /** How many fields each line has; null where a heading said which of them are meant. */
  readonly count: number | null;
}

/** BEIR: query, document, grade. */
const BEIR: Columns = { query: 0, document: 1, grade: 2, count: 3 };
/** TREC: query, iteration, document, grade. */
const TREC: Columns = { query: 0, document: 2, grade: 3, count: 4 };

/** How the lines of a file are read. */
interface Form {
  readonly split: (text: string) => string[];
  readonly columns: Columns;
}

/** A first line that has no grade: a heading if a judgment follows. */
interface Unsure {
  readonly fields: readonly string[];
  readonly place: string;
}

/** What reading lines is told beside the file. */
export interface TextOptions {
  readonly names: JudgmentColumns;
  /** Takes a sentence on what the reader decided. */
  readonly note: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judgments in lines, a few at a time: as BEIR has them (query, document, grade), as TREC has them (query, 0,
 * document, grade), or with a heading that names the columns; a heading of other names is told. Fields are separated
 * by tabs, else by spaces, or by commas or semicolons where the first line has some; quotes around a field are taken
 * off. Lines that begin with `#` are remarks.
 * @throws UsageError with file and line for a line of another shape or a grade that is no whole number
 */
export async function* textJudgments(
  file: SourceFile,
  { names, note, signal }: TextOptions,
): AsyncGenerator<JudgmentRow[]> {
  let form: Form | null = null;
  let unsure: Unsure | null = null;
  for await (const lines of textLines(file, signal)) {
    const rows: JudgmentRow[] = [];
    for (const { line, text } of lines) {
      const place = `${file.path}:${line}`;
      if (form === null) {
        const split = separatorOf(text);
        const fields = split(text);
        const heading = headingOf(text, split, names, place);
        if (heading === null && isRemark(text, fields.at(-1))) continue;
        form = { split, columns: heading ?? (fields.length === 4 ? TREC : BEIR) };
        if (heading !== null) continue;
        if (mayBeHeading(fields, form.columns, place)) {
          unsure = { fields, place };
          continue;
        }
      }
      const fields = form.split(text);
      if (isRemark(text, fields[form.columns.grade])) continue;
      if (unsure !== null) {
        const isBorneOut = looksLikeGrade(fields[form.columns.grade] ?? '');
        if (!isBorneOut) judgment(unsure.fields, form.columns, unsure.place);
        note(
          `${unsure.place}: taken for a heading, by its place for ${told(form.columns)}: ${unsure.fields.join(', ')}`,
        );
        unsure = null;
      }
      rows.push(judgment(fields, form.columns, place));
    }
    yield rows;
  }
  if (form !== null && unsure !== null) judgment(unsure.fields, form.columns, unsure.place);
}

function separatorOf(first: string): (text: string) => string[] {
  if (first.includes('\t')) return (text) => text.split('\t').map(unquoted);
  const isSpaced = /^\s*\S+(\s+\S+){2,3}\s*$/.test(first);
  const separator = isSpaced ? undefined : [',', ';'].find((one) => first.includes(one));
  if (separator !== undefined) {
    return (text) => [...(cellsOf(text, separator) ?? text.split(separator))];
  }
  return (text) => text.trim().split(/\s+/).map(unquoted);
}

/** Whether a line says something to people; `#7 0 d1 2` is a judgment of the query #7. */
function isRemark(text: string, grade: string | undefined): boolean {
  if (!/^\s*#/.test(text)) return false;
  return /^\s*#+(\s|$)/.test(text) || !looksLikeGrade(grade ?? '');
}

/**
 * Whether a first line without a grade has the form of a heading.
 * @throws UsageError where the names that are usual stand in another order than judgments do
 */
function mayBeHeading(fields: readonly string[], columns: Columns, place: string): boolean {
  const isWhole = fields.length === columns.count && fields.every((field) => field.trim() !== '');
  if (!isWhole || looksLikeGrade(fields[columns.grade] ?? '')) return false;
  for (const part of PARTS) {
    const at = placeOfUsual(part, fields);
    if (at >= 0 && at !== columns[part]) throw unnamed(place);
  }
  return true;
}

function told({ query, document, grade }: Columns): string {
  const places = [query, document, grade].map((at) => at + 1);
  return `query, document and grade in columns ${places.join(', ')}`;
}

const PARTS = ['query', 'document', 'grade'] as const;

function placeOfUsual(part: keyof JudgmentColumns, fields: readonly string[]): number {
  const usual: readonly string[] = JUDGMENT_NAMES[part];
  return fields.findIndex((field) => usual.includes(field.trim().toLowerCase()));
}

/** The columns that a first line names, also behind a `#`; null where it does not name all of them. */
function headingOf(
  text: string,
  split: Form['split'],
  names: JudgmentColumns,
  place: string,
): Columns | null {
  const bare = text.replace(/^\s*#+\s*/, '');
  const isCommented = /^\s*#/.test(text);
  const fields = split(bare);
  const isNamed = Object.keys(names).length > 0;
  if (!isNamed && (fields.length < 3 || looksLikeGrade(fields.at(-1) ?? ''))) return null;
  // A remark may speak of columns: a heading has as many fields as the lines below it.
  if (isCommented && !isNamed && fields.length > 4) return null;
  const at = (part: keyof JudgmentColumns): number => {
    const wanted = names[part]?.replace(/^#\s*/, '');
    if (wanted === undefined) return placeOfUsual(part, fields);
    if (isCommented || fields.includes(wanted)) return fields.indexOf(wanted);
    throw importProblem(
      'field',
      place,
      `there is no column ${JSON.stringify(wanted)}`,
      `the first line names the columns: ${fields.slice(0, 20).join(', ')}`,
    );
  };
  const [query, document, grade] = [at('query'), at('document'), at('grade')];
  if (query >= 0 && document >= 0 && grade >= 0) {
    return { query, document, grade, count: isCommented ? fields.length : null };
  }
  if (!isNamed || isCommented) return null;
  throw unnamed(place);
}

function unnamed(place: string): Error {
  return importProblem(
    'field',
    place,
    'the first line does not name all of query, document and grade',
    'name them: --judgments.query-column, --judgments.document-column, --judgments.grade-column',
  );
}

/** @throws UsageError where the fields are no judgment */
function judgment(fields: readonly string[], columns: Columns, place: string): JudgmentRow {
  const queryId = fields[columns.query];
  const documentId = fields[columns.document];
  const grade = fields[columns.grade];
  const isWhole = columns.count === null || fields.length === columns.count;
  if (isWhole && queryId && documentId && grade !== undefined) {
    return { place, queryId, documentId, grade: gradeOf(grade, place) };
  }
  const isRun = fields.length === 6 && /^q0$/i.test(fields[1] ?? '');
  throw importProblem(
    'judgment',
    place,
    isRun
      ? 'a line of a run, not of judgments'
      : `${counted(fields.length, 'field is', 'fields are')} no judgment`,
    isRun
      ? 'judgments are query, 0, document, grade: give the qrels'
      : 'a line is query-id, corpus-id, score (BEIR) or query 0 document grade (TREC), or a heading names the columns',
  );
}
