import { Socket } from 'node:net';
import type { Backend } from '../backend.ts';
import { guardReaderAndTls } from '../bounds/guard-tls.ts';
import type { Driver } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { importPeer } from '../driver/peer.ts';
import { connectionPool } from '../driver/pool.ts';
import { mariadbFailureOf, mariadbSession } from './session.ts';
import type { MariadbTable } from './table.ts';

/** Where a MariaDB server with vectors is (≥ 11.7), and how its tables are searched. */
export interface MariadbOptions extends Partial<MariadbTable> {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** TLS, verified; default none. */
  readonly tls?: boolean;
  /** Most connections open at once (default 32); more requests than that wait, and the wait counts. */
  readonly connections?: number;
  readonly timeouts?: DriverTimeouts & {
    /** Until a new connection stands; default 2000. */
    readonly connectMs?: number;
  };
}

const OPERATIONS: Driver['operations'] = {
  health: 'SELECT VERSION',
  describe: 'SHOW CREATE TABLE',
  search: 'SELECT ORDER BY VEC_DISTANCE',
  list: 'SELECT',
  ingest: 'INSERT',
};

/**
 * MariaDB's vectors, through the client library `mariadb` (a package to install). A search is one statement. No
 * connection is made before the first operation.
 */
export function mariadb(options: MariadbOptions = {}): Backend {
  const {
    timeouts = {},
    host = '127.0.0.1',
    port = 3306,
    user,
    password,
    database,
    ...more
  } = options;
  const { tls = false, connections = 32, ...rest } = more;
  const table: MariadbTable = {
    table: '{collection}',
    distance: 'cosine',
    index: 'mhnsw',
    exact: false,
    ...rest,
  };
  const { connectMs = 2_000 } = timeouts;
  const how = table.exact || table.index === 'none' ? 'exact' : 'mhnsw';
  return driverBackend(
    {
      label: `mariadb ${host}:${port}/${database ?? ''}.${table.table} · ${how}`,
      fingerprint: `mariadb@1 ${JSON.stringify(table)}`,
      secrets: [password],
      operations: OPERATIONS,
      exact: 'query',
      effort: table.index === 'none' ? null : 'mhnsw_ef_search',
      open: async () => {
        const library = await importPeer('mariadb', '3.5.4', () => import('mariadb'));
        const where = { host, port, ...given({ user, password, database }) };
        // The library's own pool tries again where a connection fails.
        const pool = connectionPool({
          most: connections,
          open: async () => {
            const socket = guardReaderAndTls(new Socket().setNoDelay(true));
            const connection = await library.createConnection({
              ...where,
              stream: () => socket.connect(port, host),
              ...(tls ? { ssl: true } : {}),
              connectTimeout: connectMs,
              autoJsonMap: false,
            });
            // What breaks while nobody uses it is noticed by the next request.
            connection.on('error', () => {});
            return { connection, socket };
          },
          isAlive: ({ connection }) => connection.isValid(),
          destroy: ({ connection }) => connection.destroy(),
        });
        return mariadbSession(pool, table);
      },
      failureOf: mariadbFailureOf,
    },
    timeouts,
  );
}

/** `mariadb://user@host:3306/database?…`; the password is in MARIADB_PASSWORD. */
export const mariadbOfUrl: OfUrl = (url, _text, { timeouts, env }) => {
  const { text, whole, flag, oneOf } = url.parameters;
  const options = {
    host: url.host || undefined,
    port: url.port ?? undefined,
    user: url.user || undefined,
    password: env.MARIADB_PASSWORD || undefined,
    database: url.path || undefined,
    tls: flag('tls'),
    connections: whole('connections'),
    table: text('table'),
    distance: oneOf('distance', ['cosine', 'euclidean']),
    index: oneOf('index', ['mhnsw', 'none']),
    m: whole('m'),
    effort: whole('effort') ?? whole('ef_search'),
    exact: flag('exact'),
  };
  url.parameters.end();
  return mariadb({ ...given<Omit<MariadbOptions, 'timeouts'>>(options), timeouts });
};
