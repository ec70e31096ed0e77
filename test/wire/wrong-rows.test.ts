import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call } from '../../src/wire/call.ts';
import type { Pool } from '../../src/wire/driver/pool.ts';
import { type MariadbConnection, mariadbSession } from '../../src/wire/mariadb/session.ts';
import { pgvector } from '../../src/wire/postgres/pgvector.ts';
import { redisVectorSet } from '../../src/wire/redis/redis.ts';
import { respReader } from '../../src/wire/redis/resp.ts';
import { serveRaw } from './loopback.ts';
import { afterWelcome, int, message } from './postgres-messages.ts';

const SEARCH = { collection: 'c', vector: Float32Array.of(1, 0), k: 2 };

/** A Redis server that answers each command by its name; the number of the connection is told too. */
async function redis(answer: (command: string, connection: number) => string | null) {
  const sockets: Socket[] = [];
  const url = await serveRaw((socket) => {
    const number = sockets.push(socket);
    const reader = respReader();
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (const command of reader.read(bytes)) {
        const said = answer(String((command as readonly string[])[0]), number);
        if (said !== null) socket.write(said);
      }
    });
  });
  const { hostname: host, port } = new URL(url);
  const backend = redisVectorSet({ host, port: Number(port), timeouts: { requestMs: 100 } });
  onTestFinished(() => backend.close());
  return { backend, sockets };
}

const list = (...items: string[]) => `*${items.length}\r\n${items.join('')}`;
const text = (value: string) => `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
const NULL = '$-1\r\n';

describe('Redis', () => {
  it.each([
    ['an id without a score', list(text('a'))],
    ['an id that is null', list(NULL, text('0.5'))],
    ['an id that is an error', list('-ERR no\r\n', text('0.5'))],
    ['an id that is a list', list(list(text('a')), text('0.5'))],
  ])('%s is no answer', async (_name, answer) => {
    const { backend } = await redis(() => answer);
    expect(await call(backend, 'search', SEARCH)).toMatchObject({ kind: 'malformed' });
  });

  it.each([
    ['null', NULL],
    ['empty', text('')],
    ['no number', text('x')],
  ])('a score that is %s is undefined, and not that of the farthest', async (_name, score) => {
    const { backend } = await redis(() => list(text('a'), score));
    const outcome = await call(backend, 'search', SEARCH);
    expect(outcome).toMatchObject({ kind: 'ok', value: { hits: [{ similarity: Number.NaN }] } });
  });

  it('a set that does not say its size is not described, nor is one of unknown size listed', async () => {
    const { backend } = await redis((command) => {
      if (command === 'INFO') return text('redis_version:8.0.0');
      if (command === 'EXISTS') return ':1\r\n';
      return command === 'VINFO' ? list(text('quant-type'), text('f32')) : NULL;
    });
    const described = await call(backend, 'describe', { collection: 'c' });
    expect(described).toMatchObject({ kind: 'malformed' });
    const listed = await call(backend, 'list', { collection: 'c', limit: 9, vectors: false });
    expect(listed).toMatchObject({ kind: 'malformed', detail: 'VCARD: expected a number' });
  });

  it('a connection over which nothing comes is left for another one, and ended', async () => {
    const { backend, sockets } = await redis((_command, connection) =>
      connection === 1 ? null : list(text('a'), text('1')),
    );
    const [first, second] = await Promise.all([
      call(backend, 'search', SEARCH),
      call(backend, 'search', SEARCH),
    ]);
    expect([first.kind, second.kind]).toEqual(['timeout', 'timeout']);
    expect(await call(backend, 'search', SEARCH)).toMatchObject({ kind: 'ok' });
    expect(await call(backend, 'search', SEARCH)).toMatchObject({ kind: 'ok' });
    expect(sockets).toHaveLength(2);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('a server that is slow and answers keeps its connection', async () => {
    let asked = 0;
    const { backend, sockets } = await redis((command) => {
      if (command === 'INFO') return text('redis_version:8.0.0');
      asked += 1;
      return asked === 1 ? null : list(text('a'), text('1'));
    });
    const late = call(backend, 'search', SEARCH);
    await new Promise((resolve) => setTimeout(resolve, 20));
    sockets[0]?.write('*');
    expect(await late).toMatchObject({ kind: 'timeout' });
    sockets[0]?.write(list(text('late'), text('1')).slice(1));
    expect(await call(backend, 'search', SEARCH)).toMatchObject({
      kind: 'ok',
      value: { hits: [{ id: 'a' }] },
    });
    expect(sockets).toHaveLength(1);
  });
});

describe('MariaDB', () => {
  const session = (rows: readonly object[]) =>
    mariadbSession(
      {
        use: (_signal, work) =>
          work({
            connection: { query: async () => rows },
            socket: {},
          } as unknown as MariadbConnection),
        close: () => {},
      } as Pool<MariadbConnection>,
      { table: 't', distance: 'cosine', index: 'mhnsw', exact: false },
    );
  const { signal } = new AbortController();
  const query = { ...SEARCH, filter: null, effort: null, exact: false };

  it('ids of 64 bits are exact, and no id is made of null or of bytes', async () => {
    const [exact] = await session([{ id: 9007199254740993n, d: 0.5 }]).search(query, signal);
    expect(exact?.id).toBe('9007199254740993');
    for (const id of [null, Buffer.from('a'), undefined]) {
      await expect(session([{ id, d: 0.5 }]).search(query, signal)).rejects.toThrow('id: expected');
    }
  });
});

describe('PostgreSQL', () => {
  const column = (name: string) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      Buffer.alloc(6),
      int(25),
      Buffer.from([255, 255]),
      int(-1),
      Buffer.alloc(2),
    ]);
  const counted = (count: number, ...parts: Buffer[]) =>
    Buffer.concat([Buffer.from([0, count]), ...parts]);
  const done = Buffer.concat([
    message('C', Buffer.from('SELECT 1\0')),
    message('Z', Buffer.from('I')),
  ]);
  const rows = Buffer.concat([
    message('1', Buffer.alloc(0)),
    message('2', Buffer.alloc(0)),
    message('T', counted(2, column('id'), column('d'))),
    message('D', counted(2, int(-1), int(3), Buffer.from('0.5'))),
    done,
  ]);

  it('no id is made of a row without one', async () => {
    const url = await serveRaw(
      afterWelcome((socket) => {
        socket.once('data', () => {});
        socket.write(rows);
      }),
    );
    const { hostname: host, port } = new URL(url);
    const backend = pgvector({
      host,
      port: Number(port),
      user: 'u',
      database: 'd',
      table: 't',
      seqscan: true,
      timeouts: { requestMs: 500, connectMs: 400 },
    });
    onTestFinished(() => backend.close());
    expect(await call(backend, 'search', SEARCH)).toMatchObject({
      kind: 'malformed',
      detail: 'id: expected a text or a number, got null',
    });
  });
});
