import { UnsupportedRequestError } from '../dialect.ts';
import type { Driver, DriverFailure, DriverSession } from '../driver/driver.ts';
import { codeOf } from '../driver/failure.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import type { SqlConnection, SqlConnections } from './connections.ts';
import { describeTable, serverVersionOf } from './describe.ts';
import type { PgvectorTable } from './options.ts';
import { changeSql, type Settings, settingsFor } from './settings.ts';
import { DISTANCES, tableOf, vectorOfText } from './sql.ts';
import { createIndexSql, createTableSql, insertSql, listSql, searchSql } from './statements.ts';

/** Rows of one INSERT. */
const BATCH = 500;

/** What tables call the operations of pgvector. */
export const PGVECTOR_OPERATIONS: Driver['operations'] = {
  health: 'SELECT version',
  describe: 'EXPLAIN',
  search: 'SELECT ORDER BY <=>',
  list: 'SELECT',
  ingest: 'INSERT',
};

/**
 * A session of pgvector over connections of any kind. Settings stay on a connection and are changed only where a
 * request wants others, so that a search is one statement.
 */
export function pgvectorSession(connections: SqlConnections, table: PgvectorTable): DriverSession {
  const { similarity } = DISTANCES[table.distance];
  const indexed = settingsFor(table, { exact: false, effort: null });
  return {
    health: (signal) =>
      connections.use(signal, async (connection) => {
        const version = await serverVersionOf(connection);
        return { service: 'pgvector', version };
      }),
    describe: (collection, signal) =>
      connections.use(signal, async (connection) => {
        await change(connection, indexed);
        return await describeTable(connection, table, collection);
      }),
    search: (query, signal) =>
      connections.use(signal, async (connection) => {
        await change(connection, settingsFor(table, query));
        const { text, values } = searchSql(table, query);
        return (await connection.query(text, values)).map(({ id, d }) => {
          const rawScore = d === null ? Number.NaN : Number(d);
          return { id: idText(id, 'id'), similarity: similarity(rawScore), rawScore };
        });
      }),
    list: (request, signal) =>
      connections.use(signal, async (connection) => {
        const { text, values } = listSql(table, request);
        const documents = (await connection.query(text, values)).map((row) => {
          const metadata = toMetadata(row.metadata);
          return {
            id: idText(row.id, 'id'),
            ...(metadata === undefined ? {} : { metadata }),
            ...(typeof row.vector === 'string' ? { vector: vectorOfText(row.vector) } : {}),
          };
        });
        const last = documents.length < request.limit ? undefined : documents.at(-1);
        return { documents, cursor: last?.id ?? null };
      }),
    ingest: (request, signal) =>
      connections.use(signal, async (connection) => {
        const { collection, documents, isLast = false } = request;
        const dimension = documents[0]?.vector?.length;
        if (table.metadataColumn === null) {
          throw new UnsupportedRequestError('takes no documents where each field is a column');
        }
        if (dimension !== undefined) {
          await connection.run('CREATE EXTENSION IF NOT EXISTS vector');
          await connection.run(createTableSql(table, collection, dimension));
        }
        for (let from = 0; from < documents.length; from += BATCH) {
          signal.throwIfAborted();
          const { text, values } = insertSql(
            table,
            collection,
            documents.slice(from, from + BATCH),
          );
          await connection.query(text, values);
        }
        if (isLast) await finish(connection, table, collection);
        return documents.length;
      }),
    close: () => connections.close(),
  };
}

async function change(connection: SqlConnection, wanted: Settings): Promise<void> {
  const { settings } = connection;
  const statements = changeSql(settings, wanted);
  if (statements === '') return;
  await connection.run(statements);
  settings.clear();
  for (const [name, value] of wanted) settings.set(name, value);
}

/** Builds the index over rows that are there, which is faster than row by row, and counts them for the planner. */
async function finish(
  connection: SqlConnection,
  table: PgvectorTable,
  collection: string,
): Promise<void> {
  const { index } = await describeTable(connection, table, collection);
  const create = createIndexSql(table, collection);
  if (create !== null && index === 'flat') {
    // A graph that outgrows this memory is finished many times slower.
    await connection.run(
      `SET maintenance_work_mem = '512MB'; ${create}; RESET maintenance_work_mem`,
    );
  }
  await connection.run(`ANALYZE ${tableOf(table, collection)}`);
}

/** What an error of PostgreSQL or of its clients means; null where its code says nothing about the connection. */
export function postgresFailureOf(error: unknown): DriverFailure | null {
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (code === null) {
    // The library gives no code to a connection that ended.
    return detail.startsWith('Connection terminated') ? { kind: 'reset', detail } : null;
  }
  // Class 08: the connection; 57P01 to 57P03: the server stops or starts; 57014: statement_timeout; 53300: full.
  if (code === '57014') return { kind: 'timeout', detail, code };
  if (code === '53300' || code === '57P03') return { kind: 'refused', detail, code };
  if (code.startsWith('08') || code.startsWith('57P')) return { kind: 'reset', detail, code };
  return null;
}

/** How a table is searched, for a label. */
export function searchedBy({ exact, index }: PgvectorTable): string {
  return exact || index === 'none' ? ' · exact' : ` · ${index}`;
}
