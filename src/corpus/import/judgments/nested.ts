import { counted } from '../../../counted.ts';
import { importProblem } from '../problem.ts';
import { writtenId } from '../records/values.ts';
import { gradeOf } from './grade.ts';
import { JUDGMENT_NAMES } from './types.ts';

/** A document and its grade. */
export type Graded = readonly [documentId: string, grade: number];

/** Where an object in a list holds the id of its document. */
const IDS: readonly string[] = [...JUDGMENT_NAMES.document, '_id', 'id'];

/**
 * The judgments of one query that stand in one value: grades by id (`{d1: 2}`; null is none), a list of ids (grade 1), or a list of
 * objects that each have an id, and a grade if not 1.
 * @param given the grade of all that a list holds, or a list of as many grades
 * @returns null where the value is neither a list nor an object
 * @throws UsageError naming the place
 */
export function nestedGrades(value: unknown, place: string, given?: unknown): Graded[] | null {
  const ids = listOf(value);
  if (ids === null) {
    // Tables of such objects have a column a document, most of them empty.
    const entries = entriesOf(value)?.filter(([, grade]) => grade !== null);
    return entries?.map(([id, grade]) => [id, gradeOf(grade, place)]) ?? null;
  }
  const grades = listOf(given);
  if (grades !== null && grades.length !== ids.length) {
    throw importProblem(
      'judgment',
      place,
      `lists ${counted(ids.length, 'document')} and ${counted(grades.length, 'grade')}`,
      'give one grade a document',
    );
  }
  return ids.map((one, at) => graded(one, grades === null ? given : grades[at], place));
}

/** The members of an object that is no list; null for anything else. */
export function entriesOf(value: unknown): [string, unknown][] | null {
  const isObject = typeof value === 'object' && value !== null && listOf(value) === null;
  return isObject && !(value instanceof Date) ? Object.entries(value) : null;
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) ? [...(value as unknown as Iterable<unknown>)] : null;
}

function graded(one: unknown, given: unknown, place: string): Graded {
  const members = new Map(entriesOf(one));
  const among = (names: readonly string[]) =>
    members.get(names.find((name) => members.has(name)) ?? '');
  const id = writtenId(members.size === 0 ? one : among(IDS));
  if (id === null) {
    throw importProblem(
      'judgment',
      place,
      `its list of documents holds ${(JSON.stringify(one, asText) ?? 'nothing').slice(0, 60)}, which has no id`,
      'such a list holds ids, or objects with an id and a grade',
    );
  }
  const grade = among(JUDGMENT_NAMES.grade) ?? given;
  return [id, grade === undefined ? 1 : gradeOf(grade, place)];
}

/** JSON has no bigint. */
function asText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
