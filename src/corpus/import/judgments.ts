import { importProblem } from './problem.ts';
import { textLines } from './text-lines.ts';
import type { JudgmentRow } from './types.ts';

/**
 * Judgments as BEIR has them (`query-id`, `corpus-id`, `score`, with a heading) or as TREC has them
 * (`query 0 document grade`), separated by tabs or spaces; a few lines at a time.
 * @throws UsageError with file and line for a line of another shape or a grade that is no whole number
 */
export async function* judgmentRows(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<JudgmentRow[]> {
  let first = true;
  for await (const lines of textLines(path, signal)) {
    const rows: JudgmentRow[] = [];
    for (const { line, text } of lines) {
      const fields = text.includes('\t') ? text.split('\t') : text.trim().split(/\s+/);
      const heading = first && fields[0] === 'query-id';
      first = false;
      if (!heading) rows.push(judgment(path, line, fields));
    }
    yield rows;
  }
}

function judgment(path: string, line: number, fields: readonly string[]): JudgmentRow {
  const [queryId, ...rest] = fields;
  const [documentId, written] = fields.length === 4 ? rest.slice(1) : rest;
  if (
    fields.length < 3 ||
    fields.length > 4 ||
    !queryId ||
    documentId === undefined ||
    documentId === '' ||
    written === undefined
  ) {
    throw importProblem(
      'judgment',
      `${path}:${line}`,
      `${fields.length} fields are no judgment`,
      'a line is query-id, corpus-id, score (BEIR) or query 0 document grade (TREC)',
    );
  }
  if (!/^-?\d{1,9}$/.test(written.trim())) {
    throw importProblem(
      'grade',
      `${path}:${line}`,
      `the grade ${JSON.stringify(written.slice(0, 40))} is no whole number`,
      'grades are whole numbers; 0 and less is not relevant',
    );
  }
  return { line, queryId, documentId, grade: Number(written) };
}
