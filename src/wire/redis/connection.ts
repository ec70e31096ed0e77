import type { createClient } from 'redis';
import { importPeer } from '../driver/peer.ts';

/** Where a Redis server is. */
export interface RedisServer {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** Number of the database; default 0. */
  readonly database?: number;
  /** TLS, verified; default none. */
  readonly tls?: boolean;
}

/** Sends one command; what comes back is RESP2. */
export type SendCommand = (command: readonly (string | Buffer)[]) => Promise<unknown>;

/** One connection, made again by the next command after it ended; a command is never sent twice. */
export interface RedisConnection {
  readonly send: SendCommand;
  readonly close: () => void;
}

/** Opens a connection at the first command. @throws UsageError where `redis` is not installed */
export async function redisConnection(
  server: RedisServer,
  connectMs: number,
): Promise<RedisConnection> {
  const redis = await importPeer('redis', '6.3.1', () => import('redis'));
  const { host = '127.0.0.1', port = 6379, user, password, database = 0, tls = false } = server;
  const make = (): ReturnType<typeof createClient> => {
    const client = redis.createClient({
      RESP: 2,
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      database,
      disableOfflineQueue: true,
      socket: {
        host,
        port,
        connectTimeout: connectMs,
        reconnectStrategy: false,
        ...(tls ? { tls: true as const } : {}),
      },
    }) as ReturnType<typeof createClient>;
    // What breaks is told to the commands under way.
    client.on('error', () => {});
    return client;
  };
  let current: Promise<ReturnType<typeof createClient>> | null = null;
  let client: ReturnType<typeof createClient> | null = null;
  const connected = () => {
    if (current !== null && (client === null || client.isOpen)) return current;
    const made = make();
    client = made;
    const connecting = made.connect().then(() => made);
    current = connecting;
    connecting.catch(() => {
      if (current === connecting) current = null;
    });
    return connecting;
  };
  return {
    send: async (command) => (await connected()).sendCommand([...command]),
    close: () => {
      if (client?.isOpen === true) client.destroy();
    },
  };
}
