import type { DatabaseSync } from 'node:sqlite';
import { UnsupportedRequestError } from '../dialect.ts';
import type { Driver, DriverSession, VectorQuery } from '../driver/driver.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import type { CollectionInfo, IngestRequest, ListRequest } from '../operations.ts';
import { jsonFilter } from './filter.ts';

/** The distances of sqlite-vec that a table of floats can have. */
export const SQLITE_DISTANCES = ['cosine', 'euclidean', 'manhattan'] as const;

/** How a table of sqlite-vec is searched and made. */
export interface SqliteVecTable {
  /** Name of the table of documents; that of the vectors has `_vectors` behind it. */
  readonly table: string;
  readonly distance: (typeof SQLITE_DISTANCES)[number];
}

/** What tables call the operations of sqlite-vec. */
export const SQLITE_VEC_OPERATIONS: Driver['operations'] = {
  health: 'vec_version',
  describe: 'SELECT count',
  search: 'SELECT MATCH',
  list: 'SELECT',
  ingest: 'INSERT',
};

const METRIC = { cosine: 'cosine', euclidean: 'L2', manhattan: 'L1' } as const;

/**
 * A session of sqlite-vec in an open database. A collection is two tables: documents with their ids and metadata as
 * JSON, and a `vec0` table of vectors by row. A filter chooses rows before the search.
 */
export function sqliteVecSession(database: DatabaseSync, table: SqliteVecTable): DriverSession {
  const nameOf = (collection: string, suffix = ''): string =>
    `"${(table.table.replaceAll('{collection}', collection) + suffix).replaceAll('"', '""')}"`;
  const versions = () => {
    const sql = 'SELECT vec_version() AS extension, sqlite_version() AS server';
    const row = database.prepare(sql).get();
    return `SQLite ${row?.server}, sqlite-vec ${row?.extension}`;
  };
  return {
    health: async () => ({ service: 'sqlite-vec', version: versions() }),
    describe: async (collection): Promise<CollectionInfo> => {
      const base = {
        indexedCount: null,
        dimension: null,
        distance: table.distance,
        quantisation: 'none',
        parameters: {},
        serverVersion: versions(),
      };
      const name = table.table.replaceAll('{collection}', collection);
      const found = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(name);
      if (found === undefined) return { ...base, exists: false, count: 0, index: null };
      const vectors = nameOf(collection, '_vectors');
      const row = database
        .prepare(
          `SELECT count(*) AS count, (SELECT vec_length(embedding) FROM ${vectors} LIMIT 1) AS dimension FROM ${nameOf(collection)}`,
        )
        .get();
      const dimension = typeof row?.dimension === 'number' ? row.dimension : null;
      return { ...base, count: Number(row?.count), dimension, index: 'flat' };
    },
    search: async (query) => search(database, nameOf, query, table.distance),
    list: async (request) => list(database, nameOf, request),
    ingest: async (request) => {
      database.exec('BEGIN');
      try {
        ingest(database, nameOf, request, METRIC[table.distance]);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
      return request.documents.length;
    },
    close: async () => database.close(),
  };
}

type NameOf = (collection: string, suffix?: string) => string;

function search(
  database: DatabaseSync,
  nameOf: NameOf,
  { collection, vector, k, filter }: VectorQuery,
  distance: SqliteVecTable['distance'],
) {
  const documents = nameOf(collection);
  const chosen = filter === null ? null : jsonFilter(filter, 'd.metadata');
  const rows =
    chosen === null
      ? ''
      : ` AND rowid IN (SELECT d.row FROM ${documents} AS d WHERE ${chosen.sql})`;
  const sql =
    `SELECT d.id AS id, n.distance AS distance FROM (SELECT rowid AS row, distance FROM ${nameOf(collection, '_vectors')}` +
    ` WHERE embedding MATCH ? AND k = ?${rows}) AS n JOIN ${documents} AS d ON d.row = n.row ORDER BY n.distance IS NULL, n.distance`;
  const found = database.prepare(sql).all(bytesOf(vector), k, ...(chosen?.values ?? []));
  return found.map((row) => {
    // A zero vector has no cosine: its distance is null.
    const rawScore = typeof row.distance === 'number' ? row.distance : Number.NaN;
    const similarity = distance === 'cosine' ? 1 - rawScore : -rawScore;
    return { id: idText(row.id, 'id'), similarity, rawScore };
  });
}

function list(database: DatabaseSync, nameOf: NameOf, request: ListRequest) {
  const { collection, limit, cursor = '0', vectors } = request;
  const join = vectors ? ` JOIN ${nameOf(collection, '_vectors')} AS v ON v.rowid = d.row` : '';
  const found = database
    .prepare(
      `SELECT d.row AS row, d.id AS id, d.metadata AS metadata${vectors ? ', v.embedding AS vector' : ''}` +
        ` FROM ${nameOf(collection)} AS d${join} WHERE d.row > ? ORDER BY d.row LIMIT ?`,
    )
    .all(BigInt(cursor), limit);
  const documents = found.map((row) => {
    const metadata = toMetadata(JSON.parse(String(row.metadata)));
    return {
      id: idText(row.id, 'id'),
      ...(metadata === undefined ? {} : { metadata }),
      // A copy: the bytes need not lie where floats may.
      ...(row.vector instanceof Uint8Array
        ? { vector: new Float32Array(row.vector.slice().buffer) }
        : {}),
    };
  });
  const last = documents.length < limit ? undefined : found.at(-1);
  return { documents, cursor: last === undefined ? null : String(last.row) };
}

function ingest(
  database: DatabaseSync,
  nameOf: NameOf,
  { collection, documents }: IngestRequest,
  metric: string,
): void {
  const dimension = documents[0]?.vector?.length;
  if (dimension === undefined) return;
  const name = nameOf(collection);
  const vectors = nameOf(collection, '_vectors');
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${name} (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, metadata TEXT NOT NULL);` +
      `CREATE VIRTUAL TABLE IF NOT EXISTS ${vectors} USING vec0(embedding float[${dimension}] distance_metric=${metric})`,
  );
  const put = database.prepare(
    `INSERT INTO ${name} (id, metadata) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata RETURNING row`,
  );
  const remove = database.prepare(`DELETE FROM ${vectors} WHERE rowid = ?`);
  const add = database.prepare(`INSERT INTO ${vectors} (rowid, embedding) VALUES (?, ?)`);
  for (const { id, metadata, vector } of documents) {
    if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
    const row = BigInt(Number(put.get(id, JSON.stringify(metadata))?.row));
    remove.run(row);
    add.run(row, bytesOf(vector));
  }
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
