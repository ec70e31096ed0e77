import type { Socket } from 'node:net';
import type { Connection } from 'mariadb';
import { watchReceived } from '../bounds/metered-socket.ts';
import { MalformedReplyError } from '../dialect.ts';
import type { DriverFailure, DriverSession, VectorQuery } from '../driver/driver.ts';
import type { Pool } from '../driver/pool.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import type { ListRequest } from '../operations.ts';
import { describeTable, versionOf } from './describe.ts';
import { type MariadbValue, mariadbFilter } from './filter.ts';
import { ingest } from './ingest.ts';
import { blobOf, distanceSql, type MariadbTable, quoted, type Run, tableOf } from './table.ts';

/** A connection, and the socket that it goes over. */
export interface MariadbConnection {
  readonly connection: Connection;
  readonly socket: Socket;
}

/** A session of MariaDB's vectors over a pool of connections. */
export function mariadbSession(pool: Pool<MariadbConnection>, table: MariadbTable): DriverSession {
  const nameOf = (collection: string): string => quoted(tableOf(table, collection));
  const use = <Value>(signal: AbortSignal, work: (run: Run) => Promise<Value>): Promise<Value> =>
    pool.use(signal, async ({ connection, socket }) => {
      const received = watchReceived(socket);
      try {
        return await work((sql, values) => connection.query(sql, values));
      } catch (error) {
        throw received.error() ?? error;
      } finally {
        received.end();
      }
    });
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
          return { id: idText(id, 'id'), similarity, rawScore };
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
): { readonly sql: string; readonly values: readonly MariadbValue[] } {
  const blob = blobOf(vector);
  const chosen = filter === null ? null : mariadbFilter(filter, 'metadata');
  const distance = distanceSql(table);
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
      id: idText(id, 'id'),
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
