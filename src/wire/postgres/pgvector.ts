import type { Backend } from '../backend.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given } from '../driver/of-url.ts';
import { type PgvectorTableOptions, pgvectorTable } from './options.ts';
import { type PgServer, pgConnections } from './pg-connections.ts';
import { PGVECTOR_OPERATIONS, pgvectorSession, postgresFailureOf, searchedBy } from './session.ts';
import { effortSetting } from './settings.ts';

/** Where a PostgreSQL server with pgvector is, and how its table is searched. */
export interface PgvectorOptions extends PgServer, PgvectorTableOptions {
  readonly timeouts?: DriverTimeouts & {
    /** Until a new connection stands; default 2000. */
    readonly connectMs?: number;
  };
}

/**
 * pgvector on a PostgreSQL server, through the client library `pg` (a package to install). A search is one statement
 * without a prepared plan. No connection is made before the first operation.
 * @throws UsageError for options that cannot be used.
 */
export function pgvector(options: PgvectorOptions = {}): Backend {
  const {
    timeouts = {},
    host,
    port,
    user,
    password,
    database,
    tls,
    connections,
    ...rest
  } = options;
  const table = pgvectorTable(rest);
  const server = { host, port, user, password, database, tls, connections };
  const place = `${host ?? 'PGHOST'}:${port ?? 5432}/${database ?? 'PGDATABASE'}`;
  return driverBackend(
    {
      label: `pgvector ${place}.${table.table}${searchedBy(table)}`,
      fingerprint: `pgvector@1 ${JSON.stringify(table)}`,
      secrets: [password, process.env.PGPASSWORD],
      operations: PGVECTOR_OPERATIONS,
      exact: 'query',
      effort: effortSetting(table),
      open: async () =>
        pgvectorSession(
          await pgConnections(given<PgServer>(server), timeouts.connectMs ?? 2_000),
          table,
        ),
      failureOf: postgresFailureOf,
    },
    timeouts,
  );
}
