import { readFile, stat } from 'node:fs/promises';
import { exactJson } from '../../files/exact-json.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { gradeOf } from './grade.ts';
import type { JudgmentRow } from './types.ts';

/** Such a file is held in memory whole. */
const MAX_FILE_BYTES = 256 << 20;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Judgments in one JSON object, as evaluation libraries hold them: `{query: {document: grade}}`, or
 * `{query: [document, …]}` of relevant ones.
 * @throws UsageError for a file of another shape
 */
export async function* objectJudgments({ path, at }: SourceFile): AsyncGenerator<JudgmentRow[]> {
  const byQuery = entriesOf(await parsed(path, at));
  if (byQuery === null) throw otherShape(path);
  for (const [queryId, judged] of byQuery) {
    const place = `${path}: query ${queryId}`;
    const listed = Array.isArray(judged)
      ? judged.map((id): [string, unknown] => [String(id), 1])
      : null;
    const grades = listed ?? entriesOf(judged);
    if (grades === null || queryId === '') throw otherShape(place);
    yield grades.map(([documentId, grade]) => ({
      place,
      queryId,
      documentId,
      grade: gradeOf(grade, place),
    }));
  }
}

async function parsed(path: string, at: string): Promise<unknown> {
  const { size } = await stat(at);
  if (size > MAX_FILE_BYTES) {
    throw importProblem(
      'file-size',
      path,
      `${size} bytes are too many for one JSON object`,
      'write a line a judgment: query, 0, document, grade',
    );
  }
  const bytes = await readFile(at).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  try {
    return exactJson(utf8.decode(bytes));
  } catch (cause) {
    throw importProblem(
      'json',
      path,
      (cause as Error).message,
      'the file is one JSON object',
      cause,
    );
  }
}

function entriesOf(value: unknown): [string, unknown][] | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : null;
}

function otherShape(place: string): Error {
  return importProblem(
    'judgment',
    place,
    'holds no judgments',
    'one JSON object is {query: {document: grade}}; records with fields go in JSON lines (.jsonl)',
  );
}
