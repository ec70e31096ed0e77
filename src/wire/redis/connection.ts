import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MalformedReplyError } from '../dialect.ts';
import { RedisError, type RespReply, respCommand, respReader } from './resp.ts';

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

/** Sends one command; what comes back is RESP2. `signal` is aborted where nobody waits for it any more. */
export type SendCommand = (
  command: readonly (string | Uint8Array)[],
  signal?: AbortSignal,
) => Promise<unknown>;

/**
 * One connection, made again by the next command after it ended, or after a command was given up while nothing came at
 * all: nobody tells of a server that is gone without a word. A command is never sent twice.
 */
export interface RedisConnection {
  readonly send: SendCommand;
  readonly close: () => void;
}

/** How long a server is waited for, in milliseconds. */
export interface RedisWaits {
  /** Until a connection stands. */
  readonly connectMs: number;
  /** Until a server that owes an answer is taken for stopped, while not one byte comes or goes. */
  readonly silenceMs: number;
}

/** A connection that stands. */
interface OpenConnection {
  readonly send: SendCommand;
  readonly isOpen: () => boolean;
  readonly end: () => void;
}

/**
 * Opens a connection at the first command. Client libraries make room for a list of whatever length a server announces,
 * so that one line of it ends the process; what is read here is bounded.
 */
export function redisConnection(server: RedisServer, waits: RedisWaits): RedisConnection {
  let current: Promise<OpenConnection> | null = null;
  let open: OpenConnection | null = null;
  let isClosed = false;
  const connected = (): Promise<OpenConnection> => {
    if (current !== null && (open === null || open.isOpen())) return current;
    open = null;
    const connecting = openConnection(server, waits);
    current = connecting;
    connecting.then(
      (made) => {
        open = made;
        if (isClosed) made.end();
      },
      () => {
        if (current === connecting) current = null;
      },
    );
    return connecting;
  };
  return {
    send: async (command, signal) => await (await connected()).send(command, signal),
    close: () => {
      isClosed = true;
      open?.end();
    },
  };
}

/** Connects, logs in and chooses the database, all within `connectMs`. */
async function openConnection(
  server: RedisServer,
  { connectMs, silenceMs }: RedisWaits,
): Promise<OpenConnection> {
  const { user, password, database = 0 } = server;
  const socket = socketOf(server);
  const late = setTimeout(
    () => socket.destroy(failed('no connection in time', 'ETIMEDOUT')),
    connectMs,
  );
  const connection = speaking(socket, silenceMs);
  try {
    await standing(socket, server.tls === true ? 'secureConnect' : 'connect');
    if (password !== undefined) {
      await connection.send(['AUTH', ...(user === undefined ? [] : [user]), password]);
    }
    if (database !== 0) await connection.send(['SELECT', String(database)]);
    return connection;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function socketOf({ host = '127.0.0.1', port = 6379, tls = false }: RedisServer): Socket {
  const socket = tls
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connectPlain({ host, port });
  return socket.setNoDelay(true).setKeepAlive(true, 5000);
}

function standing(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(failed('the connection ended', 'ECONNRESET')));
  });
}

interface Waiting {
  readonly resolve: (reply: RespReply) => void;
  readonly reject: (error: Error) => void;
  isAnswered: boolean;
  isGivenUp: boolean;
}

/** Commands follow each other without waiting; replies come in their order. */
function speaking(socket: Socket, silenceMs: number): OpenConnection {
  const reader = respReader();
  const waiting: Waiting[] = [];
  let reason: Error | null = null;
  /** Nothing more is sent over it: it ends with the last command that is waited for. */
  let isLeft = false;
  const endIfLeft = (): void => {
    if (isLeft && waiting.every(({ isGivenUp }) => isGivenUp)) socket.destroy();
  };
  socket.on('error', (error) => {
    reason = error;
  });
  // A server that was stopped keeps its connections, and the system answers for it that they stand.
  socket.setTimeout(silenceMs, () => {
    if (waiting.length === 0) return;
    socket.destroy(failed(`no byte of an answer within ${silenceMs / 1000} s`, 'ETIMEDOUT'));
  });
  socket.on('close', () => {
    reason ??= failed('the connection ended', 'ECONNRESET');
    for (const { reject } of waiting.splice(0)) reject(reason);
  });
  socket.on('data', (bytes) => {
    try {
      for (const reply of reader.read(bytes)) {
        const asked = waiting.shift();
        if (asked === undefined) throw new MalformedReplyError('an answer that nobody asked for');
        asked.isAnswered = true;
        if (reply instanceof RedisError) asked.reject(reply);
        else asked.resolve(reply);
      }
      endIfLeft();
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  return {
    isOpen: () => !isLeft && !socket.destroyed && socket.writable,
    end: () => void socket.destroy(),
    send: (command, signal) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed || !socket.writable) {
          reject(reason ?? failed('the connection ended', 'ECONNRESET'));
          return;
        }
        const asked: Waiting = { resolve, reject, isAnswered: false, isGivenUp: false };
        waiting.push(asked);
        socket.write(respCommand(command));
        const receivedBytes = socket.bytesRead;
        const giveUp = (): void => {
          if (asked.isAnswered) return;
          asked.isGivenUp = true;
          if (socket.bytesRead === receivedBytes) isLeft = true;
          endIfLeft();
        };
        signal?.addEventListener('abort', giveUp, { once: true });
      }),
  };
}

function failed(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
