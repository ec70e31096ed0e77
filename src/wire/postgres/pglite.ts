import { resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { type PgvectorTableOptions, pgvectorTable } from './options.ts';
import { PGVECTOR_OPERATIONS, pgvectorSession, postgresFailureOf, searchedBy } from './session.ts';
import { effortSetting } from './settings.ts';

/** Where a PGlite database is, and how its table is searched. */
export interface PgliteOptions extends PgvectorTableOptions {
  /** Folder of the database; absent: in memory, gone at `close`. */
  readonly folder?: string;
  readonly timeouts?: DriverTimeouts;
}

/**
 * pgvector in this process (PGlite: PostgreSQL in WebAssembly). One connection and one thread: right for answers,
 * not for latency. Backends of one folder share its database. Nothing is opened before the first operation.
 * @throws UsageError for options that cannot be used.
 */
export function pglite(options: PgliteOptions = {}): Backend {
  const { folder, timeouts, ...rest } = options;
  const table = pgvectorTable(rest);
  const path = folder === undefined ? null : resolve(folder);
  return driverBackend(
    {
      label: `pglite ${folder ?? 'in memory'}/${table.table}${searchedBy(table)}`,
      fingerprint: `pglite@1 ${JSON.stringify(table)}`,
      operations: PGVECTOR_OPERATIONS,
      exact: 'query',
      effort: effortSetting(table),
      open: async () => {
        // PGlite is large: it is loaded by those who use it.
        const { pgliteConnections } = await import('./pglite-database.ts');
        return pgvectorSession(await pgliteConnections(path), table);
      },
      failureOf: postgresFailureOf,
    },
    timeouts,
  );
}
