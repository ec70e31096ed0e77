import { counted } from '../../../counted.ts';
import type { SourceFile } from '../source-file.ts';
import type { ImportFile } from '../sources/found.ts';
import type { JudgmentColumns } from '../types.ts';
import { objectJudgments } from './object.ts';
import { recordJudgments } from './records.ts';
import { textJudgments } from './text.ts';

/** Grades of documents by query: query id → document id → grade 0 to 3. */
export type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The grades that judgments of a corpus have. */
const HIGHEST_GRADE = 3;

/**
 * Reads all judgments. Grades are cut to 0 … 3; of a pair that is judged more than once the highest grade counts.
 * @returns null where there are no files of judgments; notes say what was changed, a sentence each
 * @throws UsageError for what is no judgment
 */
export async function collectJudgments(
  files: readonly ImportFile[],
  columns: JudgmentColumns,
  signal?: AbortSignal,
): Promise<{ readonly grades: Grades | null; readonly notes: readonly string[] }> {
  if (files.length === 0) return { grades: null, notes: [] };
  const grades = new Map<string, Map<string, number>>();
  let raised = 0;
  let cut = 0;
  let doubled = 0;
  const told: string[] = [];
  const note = (sentence: string) => told.push(sentence);
  for (const { file, importer } of files) {
    const reader = importer?.records;
    const linesOrObject = (one: SourceFile) =>
      /\.json$/i.test(one.at)
        ? objectJudgments(one, columns)
        : textJudgments(one, { names: columns, note, signal });
    const blocks =
      reader === undefined ? linesOrObject(file) : recordJudgments(file, reader, columns, signal);
    for await (const rows of blocks) {
      for (const { queryId, documentId, grade } of rows) {
        if (grade < 0) raised += 1;
        if (grade > HIGHEST_GRADE) cut += 1;
        const ofQuery = grades.get(queryId) ?? new Map<string, number>();
        grades.set(queryId, ofQuery);
        const before = ofQuery.get(documentId);
        if (before !== undefined) doubled += 1;
        const within = Math.min(HIGHEST_GRADE, Math.max(0, grade));
        ofQuery.set(documentId, Math.max(before ?? 0, within));
      }
    }
  }
  const notes = [
    ...told,
    ...(raised > 0
      ? [`${counted(raised, 'negative grade counts', 'negative grades count')} as 0`]
      : []),
    ...(cut > 0
      ? [
          `${counted(cut, `grade above ${HIGHEST_GRADE} counts`, `grades above ${HIGHEST_GRADE} count`)} as ${HIGHEST_GRADE}`,
        ]
      : []),
    ...(doubled > 0
      ? [
          `${counted(doubled, 'judgment is', 'judgments are')} of a pair that was judged before: its highest grade counts`,
        ]
      : []),
  ];
  return { grades, notes };
}
