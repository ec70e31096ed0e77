import type { Connection } from 'mariadb';
import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import type { DriverFailure, DriverSession, VectorQuery } from '../driver/driver.ts';
import type { Pool } from '../driver/pool.ts';
import { toMetadata } from '../json/hits.ts';
import type { CollectionInfo, IngestRequest, ListRequest } from '../operations.ts';
import { type Bound, mariadbFilter } from './filter.ts';

/** How a table of vectors is searched, and how `ingest` makes it where it is not there. */
export interface MariadbTable {
  /** Table of a collection; `{collection}` stands for its name. Columns: `id`, `embedding`, `metadata` (JSON). */
  readonly table: string;
  readonly distance: 'cosine' | 'euclidean';
  /** `M` of the index that `ingest` builds; MariaDB's default is 6. */
  readonly m?: number;
  /** Whether `ingest` builds no index. */
  readonly index: 'mhnsw' | 'none';
  /** `mhnsw_ef_search` of a search that names none; MariaDB's default is 20. */
  readonly effort?: number;
  /** Read every row without the index, whatever a request says. */
  readonly exact: boolean;
}

/** Rows of one INSERT. */
const BATCH = 200;
const FUNCTION = { cosine: 'VEC_DISTANCE_COSINE', euclidean: 'VEC_DISTANCE_EUCLIDEAN' } as const;

/** A row of a result by the names of its columns. */
type Row = Readonly<Record<string, unknown>>;
type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A session of MariaDB's vectors over a pool of connections. */
export function mariadbSession(pool: Pool<Connection>, table: MariadbTable): DriverSession {
  const nameOf = (collection: string): string => quoted(tableOf(table, collection));
  const use = <Value>(signal: AbortSignal, work: (run: Run) => Promise<Value>): Promise<Value> =>
    pool.use(signal, (connection) => work((sql, values) => connection.query(sql, values)));
  return {
    health: (signal) =>
      use(signal, async (run) => ({ service: 'mariadb', version: await versionOf(run) })),
    describe: (collection, signal) => use(signal, (run) => describeTable(run, table, collection)),
    search: (query, signal) =>
      use(signal, async (run) => {
        const { sql, values } = searchSql(nameOf(query.collection), query, table);
        const rows = await run(sql, values);
        if (rows.length > 0 && rows.every(({ d }) => d === null)) {
          // Without an index a vector of another dimension is no error: no distance is known.
          throw new MalformedReplyError(
            'no row has a distance: another dimension, or zero vectors',
          );
        }
        return rows.map(({ id, d }) => {
          const rawScore = typeof d === 'number' ? d : Number.NaN;
          const similarity = table.distance === 'cosine' ? 1 - rawScore : -rawScore;
          return { id: String(id), similarity, rawScore };
        });
      }),
    list: (request, signal) => use(signal, (run) => list(run, nameOf, request)),
    ingest: (request, signal) => use(signal, (run) => ingest(run, table, request, signal)),
    close: async () => pool.close(),
  };
}

function searchSql(
  name: string,
  { vector, k, filter, effort, exact }: VectorQuery,
  table: MariadbTable,
): { readonly sql: string; readonly values: readonly Bound[] } {
  const blob = blobOf(vector);
  const chosen = filter === null ? null : mariadbFilter(filter, 'metadata');
  const distance = `${FUNCTION[table.distance]}(embedding, ?)`;
  const isExact = exact || table.exact || table.index === 'none';
  const ef = effort ?? table.effort;
  const setting = ef === undefined || isExact ? '' : `SET STATEMENT mhnsw_ef_search = ${ef} FOR `;
  const ignored = isExact && table.index !== 'none' ? ' IGNORE INDEX (embedding)' : '';
  const where = chosen === null ? '' : ` WHERE ${chosen.sql}`;
  return {
    sql: `${setting}SELECT id, ${distance} AS d FROM ${name}${ignored}${where} ORDER BY ${distance} LIMIT ${k}`,
    values: [blob, ...(chosen?.values ?? []), blob],
  };
}

async function describeTable(
  run: Run,
  table: MariadbTable,
  collection: string,
): Promise<CollectionInfo> {
  const serverVersion = await versionOf(run);
  const base = {
    count: 0,
    indexedCount: null,
    dimension: null,
    distance: table.distance,
    index: null,
    quantisation: null,
    parameters: {},
    serverVersion,
  };
  const where = 'table_schema = DATABASE() AND table_name = ?';
  const name = tableOf(table, collection);
  const columns = `SELECT column_type AS type FROM information_schema.columns WHERE ${where} AND column_name = 'embedding'`;
  const [column] = await run(columns, [name]);
  if (column === undefined) return { ...base, exists: false };
  const [counted] = await run(`SELECT COUNT(*) AS count FROM ${quoted(name)}`);
  const [made] = await run(`SHOW CREATE TABLE ${quoted(name)}`);
  const definition = /VECTOR KEY .*/.exec(String(made?.['Create Table']))?.[0] ?? null;
  const m = /`?M`?=(\d+)/i.exec(definition ?? '')?.[1];
  return {
    ...base,
    count: Number(counted?.count),
    dimension: Number(/\d+/.exec(String(column.type))?.[0]),
    index: definition === null ? 'flat' : 'mhnsw',
    parameters: {
      ...(definition === null ? {} : { M: m === undefined ? 6 : Number(m) }),
      ...(table.effort === undefined ? {} : { mhnsw_ef_search: table.effort }),
    },
  };
}

async function versionOf(run: Run): Promise<string> {
  const [row] = await run('SELECT VERSION() AS version');
  return `MariaDB ${row?.version}`;
}

async function list(
  run: Run,
  nameOf: (collection: string) => string,
  { collection, limit, cursor, vectors }: ListRequest,
) {
  const after = cursor === undefined ? '' : ' WHERE id > ?';
  const rows = await run(
    `SELECT id, metadata${vectors ? ', embedding' : ''} FROM ${nameOf(collection)}${after} ORDER BY id LIMIT ${limit}`,
    cursor === undefined ? [] : [cursor],
  );
  const documents = rows.map(({ id, metadata, embedding }) => {
    const fields = toMetadata(typeof metadata === 'string' ? JSON.parse(metadata) : metadata);
    return {
      id: String(id),
      ...(fields === undefined ? {} : { metadata: fields }),
      // A copy: the bytes need not lie where floats may.
      ...(embedding instanceof Uint8Array
        ? { vector: new Float32Array(new Uint8Array(embedding).buffer) }
        : {}),
    };
  });
  const last = documents.length < limit ? undefined : documents.at(-1);
  return { documents, cursor: last?.id ?? null };
}

async function ingest(
  run: Run,
  table: MariadbTable,
  { collection, documents, isLast = false }: IngestRequest,
  signal: AbortSignal,
): Promise<number> {
  const name = quoted(tableOf(table, collection));
  const dimension = documents[0]?.vector?.length;
  if (dimension !== undefined) {
    await run(
      `CREATE TABLE IF NOT EXISTS ${name} (nr BIGINT AUTO_INCREMENT PRIMARY KEY,` +
        // An index of vectors takes no primary key beyond 256 bytes, and an id may be longer.
        ' id VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL UNIQUE,' +
        ` embedding VECTOR(${dimension}) NOT NULL, metadata JSON NOT NULL)`,
    );
  }
  for (let from = 0; from < documents.length; from += BATCH) {
    signal.throwIfAborted();
    const batch = documents.slice(from, from + BATCH);
    const values = batch.flatMap(({ id, vector, metadata }) => {
      if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
      return [id, blobOf(vector), JSON.stringify(metadata)];
    });
    await run(
      `INSERT INTO ${name} (id, embedding, metadata) VALUES ${batch.map(() => '(?, ?, ?)').join(', ')}` +
        ' ON DUPLICATE KEY UPDATE embedding = VALUES(embedding), metadata = VALUES(metadata)',
      values,
    );
  }
  if (!isLast || table.index === 'none') return documents.length;
  const { index } = await describeTable(run, table, collection);
  if (index === 'flat') {
    const m = table.m === undefined ? '' : ` M=${table.m}`;
    await run(
      `ALTER TABLE ${name} ADD VECTOR INDEX embedding (embedding)${m} DISTANCE=${table.distance}`,
    );
  }
  return documents.length;
}

function tableOf(table: MariadbTable, collection: string): string {
  return table.table.replaceAll('{collection}', collection);
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function blobOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** What an error of MariaDB or of its client means; null where its code already says it. */
export function mariadbFailureOf(error: unknown): DriverFailure | null {
  if (!(error instanceof Error)) return null;
  const { code, sqlMessage } = error as Error & {
    readonly code?: string;
    readonly sqlMessage?: string;
  };
  const detail = sqlMessage ?? error.message;
  const named = code === undefined ? { detail } : { detail, code };
  if (code === 'ER_CONNECTION_TIMEOUT') return { kind: 'timeout', ...named };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return { kind: 'refused', ...named };
  if (code !== undefined && RESET.has(code)) return { kind: 'reset', ...named };
  return sqlMessage === undefined ? null : { kind: 'rejected', ...named };
}

const RESET = new Set([
  'ER_SOCKET_UNEXPECTED_CLOSE',
  'ER_CONNECTION_ALREADY_CLOSED',
  'ER_CMD_CONNECTION_CLOSED',
  'ECONNRESET',
]);
