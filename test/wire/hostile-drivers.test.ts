import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { mariadb } from '../../src/wire/mariadb/mariadb.ts';
import { pgvector } from '../../src/wire/postgres/pgvector.ts';
import { redisVectorSet } from '../../src/wire/redis/redis.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { serveRaw } from './loopback.ts';
import { GREETING_OF_TLS, TLS_REQUEST_BYTES } from './mariadb-messages.ts';
import { afterWelcome, int, message, WELCOME } from './postgres-messages.ts';

const PASSWORD = 'pl4nted-s3cret';
const TIMEOUTS = { requestMs: 500, connectMs: 400 };

const onData = (answer: (socket: Socket, bytes: Buffer) => void) => (socket: Socket) => {
  socket.on('data', (bytes: Buffer) => answer(socket, bytes));
};

const POSTGRES: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset': afterWelcome((socket) => socket.resetAndDestroy()),
  'a message without a body': afterWelcome((socket) =>
    socket.write(Buffer.concat([Buffer.from('D'), int(0)])),
  ),
  'bytes that are no message': afterWelcome((socket) =>
    socket.write('\u0000\u0001garbage'.repeat(50)),
  ),
  'bytes that are no message, over TLS': (socket) => {
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
      secure.on('error', () => {});
      let isIn = false;
      secure.on('data', () => {
        secure.write(isIn ? Buffer.concat([Buffer.from('D'), int(0)]) : WELCOME);
        isIn = true;
      });
    });
  },
  'an unknown way to log in': onData((socket) => socket.write(message('R', int(99)))),
  silence: () => {},
  'an error that repeats the password': (socket) => {
    let isAsked = false;
    socket.on('data', (bytes: Buffer) => {
      if (!isAsked) socket.write(message('R', int(3)));
      else
        socket.write(
          message(
            'E',
            Buffer.concat([
              Buffer.from('SFATAL\0C28P01\0Mno: '),
              bytes.subarray(5, -1),
              Buffer.from('\0\0'),
            ]),
          ),
        );
      isAsked = true;
    });
  },
};

const REDIS: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset': onData((socket) => socket.resetAndDestroy()),
  'bytes that are no reply': onData((socket) => socket.write('hello\r\n')),
  'a string of 100 GB': onData((socket) => socket.write('$99999999999\r\nabc')),
  'a list without end': onData((socket) => socket.write('*99999999999\r\n')),
  'an answer of a newer protocol': onData((socket) => socket.write('%1\r\n+a\r\n:1\r\n')),
  'an answer that nobody asked for': onData((socket) => socket.write('+OK\r\n'.repeat(9))),
  'a list of 30 million, again and again': onData((socket) =>
    socket.write('*30000000\r\n'.repeat(10_000)),
  ),
  'a line without end': onData((socket) => socket.write('+'.padEnd(200_000, 'x'))),
  'lists within lists': onData((socket) => socket.write('*1\r\n'.repeat(100_000))),
  'an error that repeats the password': onData((socket, bytes) => {
    socket.write(`-ERR ${bytes.toString().replace(/[\r\n]+/g, ' ')}\r\n`);
  }),
};

const MARIADB: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset': (socket) => socket.resetAndDestroy(),
  'bytes that are no packet': (socket) => void socket.write('garbage'.repeat(100)),
  'bytes that are no packet, over TLS': (socket) => {
    socket.write(GREETING_OF_TLS);
    socket.once('data', (bytes: Buffer) => {
      // What comes after the request for TLS is TLS already.
      socket.pause();
      if (bytes.length > TLS_REQUEST_BYTES) socket.unshift(bytes.subarray(TLS_REQUEST_BYTES));
      const secure = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
      secure.on('error', () => {});
      // A number of eight bytes is begun and not there: the library reads behind the end of what has come.
      secure.on('data', () => secure.write(Buffer.from([2, 0, 0, 3, 0, 0xfe])));
    });
  },
  'a packet of 16 MB': (socket) => void socket.write(Buffer.from([255, 255, 255, 0, 1, 2])),
  silence: () => {},
};

/** Whatever a server does: an outcome in one line, without the password, and the process lives. */
async function expectOutcome(backend: Backend): Promise<void> {
  try {
    const outcome = await backend.health();
    expect(outcome.kind).not.toBe('ok');
    expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
    if (outcome.kind !== 'ok') expect(outcome.detail).toMatch(/^[\P{C}]{1,140}$/u);
  } finally {
    await Promise.race([backend.close(), new Promise((resolve) => setTimeout(resolve, 300))]);
  }
}

describe('a hostile server of a client library', () => {
  it.each(Object.keys(POSTGRES))('PostgreSQL: %s', async (name) => {
    const { hostname: host, port } = new URL(await serveRaw(POSTGRES[name] as never));
    await expectOutcome(
      pgvector({
        host,
        port: Number(port),
        user: 'u',
        password: PASSWORD,
        database: 'd',
        table: 't',
        ...(name.includes('TLS') ? { tls: { rejectUnauthorized: false } } : {}),
        timeouts: TIMEOUTS,
      }),
    );
  });
  it.each(Object.keys(REDIS))('Redis: %s', async (name) => {
    const { hostname: host, port } = new URL(await serveRaw(REDIS[name] as never));
    await expectOutcome(
      redisVectorSet({
        host,
        port: Number(port),
        password: PASSWORD,
        key: 'k',
        timeouts: TIMEOUTS,
      }),
    );
  });
  it.each(Object.keys(MARIADB))('MariaDB: %s', async (name) => {
    const { hostname: host, port } = new URL(await serveRaw(MARIADB[name] as never));
    await expectOutcome(
      mariadb({
        host,
        port: Number(port),
        user: 'u',
        password: PASSWORD,
        database: 'd',
        tls: name.includes('TLS'),
        timeouts: TIMEOUTS,
      }),
    );
  });
});
