import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { PoolClient, PoolConfig } from 'pg';
import { guardReader } from '../bounds/guard-reader.ts';
import { limitReceived } from '../bounds/metered-socket.ts';
import { codeOf } from '../driver/failure.ts';
import { importPeer } from '../driver/peer.ts';
import { refuseClearText } from './clear-text.ts';
import type { SqlConnection, SqlConnections, SqlRow } from './connections.ts';

/** Where a PostgreSQL server is; what is absent is `pg`'s own default, from PGHOST, PGUSER, PGPASSWORD and so on. */
export interface PgServer {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** Better left to PGPASSWORD, PGPASSFILE or ~/.pgpass. */
  readonly password?: string;
  readonly database?: string;
  /** TLS, verified; default none. */
  readonly tls?: boolean | ConnectionOptions;
  /** Most connections open at once (default 32); more requests than that wait, and the wait counts. */
  readonly connections?: number;
}

/** Until a client is let in: a few parameters and notices. */
const LOGIN_BYTES = 1024 * 1024;

/** Opens a pool; no connection is made before the first use. @throws UsageError where `pg` is not installed */
export async function pgConnections(server: PgServer, connectMs: number): Promise<SqlConnections> {
  const { Client, Pool } = (await importPeer('pg', '8.23.1', () => import('pg'))).default;
  const { connections = 32, tls, ...where } = server;
  /** Guards and bounds the stream that is read: after TLS stands it is another one. */
  class GuardedClient extends Client {
    constructor(config?: PoolConfig) {
      super(config);
      const stops = [limitReceived(this.connection.stream, LOGIN_BYTES)];
      this.connection.once('sslconnect', () => {
        const secure = guardReader(this.connection.stream as Socket);
        stops.push(limitReceived(secure, LOGIN_BYTES));
      });
      this.connection.on('authenticationCleartextPassword', () => {
        refuseClearText(this.connection.stream as Socket);
      });
      this.once('connect', () => {
        for (const stop of stops) stop();
      });
    }
  }
  const pool = new Pool({
    ...where,
    Client: GuardedClient,
    ...(tls === undefined ? {} : { ssl: tls }),
    max: connections,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    application_name: 'retrieval-parity',
    stream: () => guardReader(new Socket()),
  });
  // A connection that breaks while nobody uses it is replaced by the next request.
  pool.on('error', () => {});
  // One that breaks in use is told to its statement; without a listener the library would end the process too.
  pool.on('connect', (client) => client.on('error', () => {}));
  const settings = new WeakMap<PoolClient, Map<string, string>>();
  return {
    use: async (signal, work) => {
      const client = await connected(() => pool.connect(), connectMs);
      const own = settings.get(client) ?? new Map<string, string>();
      settings.set(client, own);
      let isReleased = false;
      const release = (destroy: boolean): void => {
        if (!isReleased) client.release(destroy);
        isReleased = true;
      };
      const giveUp = (): void => release(true);
      signal.addEventListener('abort', giveUp);
      const uncounted = limitReceived(client.connection.stream);
      try {
        signal.throwIfAborted();
        return await work(connectionOf(client, own));
      } finally {
        signal.removeEventListener('abort', giveUp);
        uncounted();
        release(false);
      }
    },
    close: () => pool.end(),
  };
}

function connectionOf(client: PoolClient, settings: Map<string, string>): SqlConnection {
  return {
    settings,
    query: async (text, values = []) => (await client.query<SqlRow>(text, [...values])).rows,
    run: async (text) => {
      await client.query(text);
    },
  };
}

/** What the pool rejects with has no code where no connection stood in time, or where it ended at once. */
async function connected<Client>(connect: () => Promise<Client>, connectMs: number) {
  const startedMs = performance.now();
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof AggregateError || codeOf(error) !== null) {
      throw error;
    }
    const code = performance.now() - startedMs >= connectMs ? 'ETIMEDOUT' : 'ECONNRESET';
    throw Object.assign(error, { code });
  }
}
