import { importProblem } from '../problem.ts';
import { type FieldKind, type FieldSurvey, hasKind, shownFields } from './survey.ts';

/** What records are to a corpus. */
export type RecordRole = 'documents' | 'queries';

/** Names of the columns (or JSON fields) of documents or queries; where absent, the usual ones are looked for. */
export interface RecordColumns {
  readonly id?: string;
  readonly text?: string;
  readonly vector?: string;
}

/** The fields of a file that are read, by name; null for what no record of it has. */
export interface RecordLayout {
  readonly role: RecordRole;
  readonly id: string | null;
  readonly text: string | null;
  /** Whether titles are put before texts. */
  readonly hasTitle: boolean;
  readonly vector: string | null;
}

const DOCUMENT_IDS = [
  ...['_id', 'id', 'docid', 'doc_id', 'docno', 'document_id', 'pid', 'passage_id'],
  ...['corpus-id', 'corpus_id'],
];
const QUERY_IDS = ['_id', 'id', 'query_id', 'query-id', 'qid', 'question_id'];
const TEXTS = ['text', 'contents', 'content', 'body', 'passage'];
const QUESTIONS = ['query', 'question'];
const VECTORS = [
  ...['vector', 'embedding', 'emb', 'embeddings', 'values', 'vectors'],
  ...['query_vector', 'query_embedding'],
];

/** The usual names, first come, first taken. */
const USUAL = {
  documents: { id: [...DOCUMENT_IDS, ...QUERY_IDS], text: [...TEXTS, ...QUESTIONS] },
  queries: { id: [...QUERY_IDS, ...DOCUMENT_IDS], text: ['text', ...QUESTIONS, ...TEXTS] },
} as const;

/** The field that titles are in. */
export const TITLE = 'title';

const NAMES: ReadonlySet<string> = new Set([
  ...[...DOCUMENT_IDS, ...QUERY_IDS, ...TEXTS, ...QUESTIONS, ...VECTORS, TITLE],
]);

/** Whether an id, a text, a title or a vector is usually called so. */
export function isUsualName(name: string): boolean {
  return NAMES.has(name);
}

/**
 * Chooses the fields that are read, from the fields of all records of a file: those that are named, else those
 * with usual names. A field called like a text that holds lists of numbers is a vector.
 * @throws UsageError where a field that was named is not there, or there is neither a text nor a vector
 */
export function layoutOf(
  path: string,
  fields: FieldSurvey,
  role: RecordRole,
  columns: RecordColumns,
): RecordLayout {
  const named = (kind: keyof RecordColumns, usual: readonly string[], ...kinds: FieldKind[]) => {
    const wanted = columns[kind];
    if (wanted === undefined) return usual.find((name) => hasKind(fields, name, ...kinds)) ?? null;
    if (fields.has(wanted)) return wanted;
    throw importProblem(
      'field',
      path,
      `there is no field ${JSON.stringify(wanted)}`,
      `the fields are: ${shownFields(fields)}; --${role}.${kind}-column names the one of ${role} alone`,
    );
  };
  const text = named('text', USUAL[role].text, 'text', 'number');
  const id = named('id', USUAL[role].id, 'text', 'number', 'empty');
  const odd = id === null ? USUAL[role].id.find((name) => fields.has(name)) : undefined;
  // Numbered by their places, rows would lose the ids that judgments name.
  if (odd !== undefined) {
    throw importProblem(
      'id',
      path,
      `${odd} holds no ids: they are strings or whole numbers, and not lists, objects or truth values`,
      `write them as such, name another field with --${role}.id-column, or leave this one out: rows without ids are numbered`,
    );
  }
  const layout = {
    role,
    id,
    text,
    hasTitle: columns.text === undefined && hasKind(fields, TITLE, 'text', 'number'),
    vector: named(
      'vector',
      [...VECTORS, ...USUAL[role].text.filter((one) => one !== text)],
      'numbers',
    ),
  };
  if (layout.text !== null || layout.hasTitle || layout.vector !== null) return layout;
  throw importProblem(
    'field',
    path,
    `neither a text nor a vector among the fields ${shownFields(fields)}`,
    `name them with --${role}.text-column and --${role}.vector-column`,
  );
}
