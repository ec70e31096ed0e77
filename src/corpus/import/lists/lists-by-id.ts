import { importProblem } from '../problem.ts';
import { type FieldSurvey, hasKind, type PlacedRecord, shownFields } from '../records/survey.ts';
import { fieldOf, idOf, writtenId } from '../records/values.ts';
import type { SourceFile } from '../source-file.ts';
import type { ReadOptions, RecordReader, TruthColumns } from '../types.ts';
import { checkEntries, type NearestLists, NO_DISTANCE, otherCount } from './lists.ts';

/** Usual names, first come, first taken. */
const NEIGHBORS = [
  ...['neighbors_id', 'neighbor_ids', 'neighbors', 'neighbours', 'closest_ids', 'nearest_ids'],
  ...['ground_truth', 'groundtruth', 'gt', 'knn', 'nearest', 'ids'],
];
const QUERIES = ['query_id', 'query-id', 'qid', '_id', 'id'];
const DISTANCES = ['distances', 'neighbors_distance', 'closest_scores', 'distance', 'scores'];

/** What a ground truth by ids is resolved with. */
export interface KnownIds {
  /** Ids of queries in the order of their rows. */
  readonly queries: Iterable<string>;
  /** Ids of documents in the order of their rows; row numbers where they had none. */
  readonly documents: Iterable<string>;
}

/**
 * Reads ground truth from records, one a query: the ids of its nearest documents and, where there is a column of
 * them, the query's own id; without one the records follow the queries.
 * @returns lists of row numbers, one a query, short ones padded with −1; `others` counts lists of other queries
 * @throws UsageError for a query without a list, with two, and a neighbour that is no document
 */
export async function readListsById(
  file: SourceFile,
  reader: RecordReader,
  known: KnownIds,
  columns: TruthColumns,
  options: ReadOptions,
): Promise<{ readonly lists: NearestLists; readonly others: number }> {
  const { path } = file;
  const fields = await reader.fields(file, options);
  const neighbors = named(path, fields, columns.neighbors, NEIGHBORS);
  if (neighbors === null) {
    throw importProblem(
      'field',
      path,
      `no field lists neighbours among ${shownFields(fields)}`,
      'name it with --truth.neighbors-column',
    );
  }
  const query = named(path, fields, columns.query, QUERIES);
  const distances = DISTANCES.find((name) => hasKind(fields, name, 'numbers')) ?? null;
  const rowOfDocument = rowsOf(known.documents);
  const rowOfQuery = rowsOf(known.queries);
  const lists = new Array<Int32Array | undefined>(rowOfQuery.size).fill(undefined);
  const far = new Array<Float32Array | undefined>(rowOfQuery.size).fill(undefined);
  let read = 0;
  let entries = 0;
  let others = 0;
  const names = [neighbors, query, distances].filter((name) => name !== null);
  for await (const records of reader.read(file, names, options)) {
    for (const record of records) {
      const row = query === null ? read : rowOfQuery.get(idOf(record, query));
      read += 1;
      if (row === undefined || row >= rowOfQuery.size) {
        others += 1;
        continue;
      }
      if (lists[row] !== undefined) throw twice(record);
      const list = neighborsOf(record, neighbors, rowOfDocument);
      entries += list.length;
      checkEntries(path, entries);
      lists[row] = list;
      if (distances !== null) far[row] = distancesOf(record, distances, list.length);
    }
  }
  if (query === null && read !== rowOfQuery.size) throw otherCount(path, read, rowOfQuery.size);
  const missing = lists.indexOf(undefined);
  if (missing >= 0) {
    throw importProblem(
      'truth-count',
      path,
      `has no list for the query ${[...rowOfQuery.keys()][missing]}, and ${others} for queries that are not there`,
      'give the ground truth of these queries',
    );
  }
  return { lists: padded(lists, far, path), others };
}

function named(
  path: string,
  fields: FieldSurvey,
  wanted: string | undefined,
  usual: readonly string[],
): string | null {
  if (wanted === undefined) return usual.find((name) => fields.has(name)) ?? null;
  if (fields.has(wanted)) return wanted;
  throw importProblem(
    'field',
    path,
    `there is no field ${JSON.stringify(wanted)}`,
    `the fields are: ${shownFields(fields)}`,
  );
}

function rowsOf(ids: Iterable<string>): Map<string, number> {
  const rows = new Map<string, number>();
  for (const id of ids) rows.set(id, rows.size);
  return rows;
}

function neighborsOf(
  record: PlacedRecord,
  name: string,
  rowOfDocument: ReadonlyMap<string, number>,
): Int32Array {
  const value = fieldOf(record, name);
  const ids = Array.isArray(value)
    ? value
    : ArrayBuffer.isView(value)
      ? [...(value as never)]
      : null;
  if (ids === null) {
    throw importProblem(
      'truth',
      record.place,
      `${name} is no list`,
      'neighbours are a list of ids',
    );
  }
  return Int32Array.from(ids, (one: unknown) => {
    // What pads a short list.
    if (one === -1 || one === -1n || one === null) return -1;
    const id = writtenId(one);
    const row = id === null ? undefined : rowOfDocument.get(id);
    if (row !== undefined) return row;
    throw importProblem(
      'row-number',
      record.place,
      `names ${JSON.stringify(id ?? String(one))}, and no document has this id`,
      'neighbours in records are ids of documents (row numbers from 0 where documents have no ids)',
    );
  });
}

function distancesOf(record: PlacedRecord, name: string, length: number): Float32Array {
  const value = fieldOf(record, name);
  const list = Array.isArray(value) ? Float32Array.from(value, Number) : new Float32Array(0);
  if (list.length === length) return list;
  throw importProblem(
    'truth',
    record.place,
    `${name} holds ${list.length} numbers for ${length} neighbours`,
    'give one distance a neighbour, or none',
  );
}

function twice({ place }: PlacedRecord): Error {
  return importProblem('truth', place, 'a second list of one query', 'keep one list a query');
}

function padded(
  lists: readonly (Int32Array | undefined)[],
  far: readonly (Float32Array | undefined)[],
  path: string,
): NearestLists {
  const count = lists.length;
  const k = lists.reduce((longest, list) => Math.max(longest, list?.length ?? 0), 0);
  checkEntries(path, count * k);
  const ids = new Int32Array(count * k).fill(-1);
  const hasDistances = far.some((list) => list !== undefined);
  const distances = hasDistances ? new Float32Array(count * k).fill(NO_DISTANCE) : null;
  for (const [row, list] of lists.entries()) {
    if (list !== undefined) ids.set(list, row * k);
    const own = far[row];
    if (own !== undefined) distances?.set(own, row * k);
  }
  return { count, k, ids, distances };
}
