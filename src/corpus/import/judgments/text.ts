import { counted } from '../../../counted.ts';
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

/**
 * Judgments in lines, a few at a time: as BEIR has them (query, document, grade), as TREC has them (query, 0,
 * document, grade), or with a heading that names the columns. Fields are separated by tabs, else by spaces, or by
 * commas where the first line has some; quotes around a field are taken off.
 * @throws UsageError with file and line for a line of another shape or a grade that is no whole number
 */
export async function* textJudgments(
  file: SourceFile,
  names: JudgmentColumns,
  signal?: AbortSignal,
): AsyncGenerator<JudgmentRow[]> {
  let form: { readonly split: (text: string) => string[]; readonly columns: Columns } | null = null;
  for await (const lines of textLines(file, signal)) {
    const rows: JudgmentRow[] = [];
    for (const { line, text } of lines) {
      const place = `${file.path}:${line}`;
      if (form === null) {
        const split = separatorOf(text);
        const heading = headingOf(split(text), names, place);
        form = { split, columns: heading ?? (split(text).length === 4 ? TREC : BEIR) };
        if (heading !== null) continue;
      }
      rows.push(judgment(form.split(text), form.columns, place));
    }
    yield rows;
  }
}

function separatorOf(first: string): (text: string) => string[] {
  if (first.includes('\t')) return (text) => text.split('\t').map(unquoted);
  const isSpaced = /^\s*\S+(\s+\S+){2,3}\s*$/.test(first);
  if (!isSpaced && first.includes(',')) return (text) => text.split(',').map(unquoted);
  return (text) => text.trim().split(/\s+/).map(unquoted);
}

function unquoted(field: string): string {
  const inner = /^\s*"(.*)"\s*$/s.exec(field)?.[1];
  return inner === undefined ? field : inner.replaceAll('""', '"');
}

/** The columns that a first line names; null where it is a judgment itself. */
function headingOf(
  fields: readonly string[],
  names: JudgmentColumns,
  place: string,
): Columns | null {
  const last = fields.at(-1) ?? '';
  const isNamed = Object.keys(names).length > 0;
  if (!isNamed && (fields.length < 3 || looksLikeGrade(last))) return null;
  const lower = fields.map((field) => field.trim().toLowerCase().replace(/^#\s*/, ''));
  const at = (part: keyof JudgmentColumns): number => {
    const wanted = names[part];
    if (wanted === undefined) {
      const usual: readonly string[] = JUDGMENT_NAMES[part];
      return lower.findIndex((field) => usual.includes(field));
    }
    if (fields.includes(wanted)) return fields.indexOf(wanted);
    throw importProblem(
      'field',
      place,
      `there is no column ${JSON.stringify(wanted)}`,
      `the first line names the columns: ${fields.slice(0, 20).join(', ')}`,
    );
  };
  const [query, document, grade] = [at('query'), at('document'), at('grade')];
  if (query >= 0 && document >= 0 && grade >= 0) return { query, document, grade, count: null };
  if (!isNamed) return null;
  throw importProblem(
    'field',
    place,
    'the first line does not name all of query, document and grade',
    'name them: --judgments.query-column, --judgments.document-column, --judgments.grade-column',
  );
}

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
