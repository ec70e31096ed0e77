import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { call } from '../../src/wire/call.ts';
import { mariadb } from '../../src/wire/mariadb/mariadb.ts';
import { mongodb } from '../../src/wire/mongodb/mongodb.ts';
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

/** A message of MongoDB: what answers no request in particular is read as well. */
const mongodbMessage = (kind: number, body: Buffer, length = 16 + body.length): Buffer => {
  const head = Buffer.alloc(16);
  head.writeInt32LE(length, 0);
  head.writeInt32LE(kind, 12);
  return Buffer.concat([head, body]);
};
const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeInt32LE(value, 4 * at);
  return bytes;
};
/** A document of BSON whose only field is such a document, and so on. */
function nestedDocument(levels: number): Buffer {
  // Of each level: its length, the kind and the name of its field before the inner one, and an end after it.
  const bytes = Buffer.alloc(5 + 8 * levels);
  for (let level = 0; level <= levels; level++) {
    bytes.writeInt32LE(bytes.length - 8 * level, 7 * level);
    if (level < levels) bytes.write('\u0003a\0', 7 * level + 4);
  }
  return bytes;
}

const MONGODB: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset': onData((socket) => socket.resetAndDestroy()),
  silence: () => {},
  'a message of 2 GB': onData((socket) => socket.write(numbers(2 ** 31 - 1))),
  'a message of less than none': onData((socket) => socket.write(numbers(-1))),
  'a message of nothing': onData((socket) => socket.write(Buffer.alloc(64))),
  'a message of two billion documents': onData((socket) =>
    socket.write(mongodbMessage(1, numbers(0, 0, 0, 0, 2 ** 31 - 1))),
  ),
  'a document that ends before it begins': onData((socket) =>
    socket.write(
      mongodbMessage(2013, Buffer.concat([numbers(0), Buffer.alloc(1), numbers(-5, 0)])),
    ),
  ),
  'a message that is packed': onData((socket) =>
    socket.write(mongodbMessage(2012, numbers(2013, 2 ** 30, 2, 0, 0))),
  ),
  'documents within documents': onData((socket) =>
    socket.write(
      mongodbMessage(1, Buffer.concat([numbers(8, 0, 0, 0, 1), nestedDocument(100_000)])),
    ),
  ),
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
  it('Redis: documents are not given for ever to a server that was stopped', async () => {
    const { hostname: host, port } = new URL(await serveRaw(() => {}));
    const timeouts = { ...TIMEOUTS, silenceMs: 100 };
    const backend = redisVectorSet({ host, port: Number(port), key: 'k', timeouts });
    const documents = [{ id: 'd', text: '', metadata: {}, vector: Float32Array.of(1, 2) }];
    const outcome = await call(backend, 'ingest', { collection: 'c', documents });
    expect(outcome).toMatchObject({ kind: 'timeout', detail: 'no byte of an answer within 0.1 s' });
    await backend.close();
  });
  it.each(Object.keys(MONGODB))('MongoDB: %s', async (name) => {
    const { hostname: host, port } = new URL(await serveRaw(MONGODB[name] as never));
    await expectOutcome(
      mongodb({ host, port: Number(port), database: 'd', password: PASSWORD, timeouts: TIMEOUTS }),
    );
  });
  it('PostgreSQL: no more is taken in than a login takes until there is one', async () => {
    let sentBytes = 0;
    const piece = Buffer.alloc(256 * 1024);
    const { hostname: host, port } = new URL(
      await serveRaw(
        onData((socket) => {
          socket.write(Buffer.concat([Buffer.from('R'), int(2 ** 31 - 1)]));
          const more = (): void => {
            while (!socket.destroyed && socket.write(piece)) sentBytes += piece.length;
          };
          socket.on('drain', more);
          more();
        }),
      ),
    );
    const backend = pgvector({
      host,
      port: Number(port),
      user: 'u',
      database: 'd',
      table: 't',
      timeouts: { requestMs: 5_000, connectMs: 4_000 },
    });
    expect(await backend.health()).toMatchObject({
      kind: 'malformed',
      detail: 'the answer is larger than 1048576 bytes',
    });
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
    await backend.close();
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
