import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { mariadb } from '../../src/wire/mariadb/mariadb.ts';
import { pgvector } from '../../src/wire/postgres/pgvector.ts';
import { redisVectorSet } from '../../src/wire/redis/redis.ts';
import { serveRaw } from './loopback.ts';
import { packet } from './mariadb-messages.ts';
import { afterWelcome, int } from './postgres-messages.ts';

/** Says these bytes again and again, as long as anybody takes them. */
function endlessly(socket: Socket, piece: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

const GREETING = packet(
  0,
  ...['\u000a5.5.5-11.8.9-MariaDB\0', [1, 0, 0, 0], '12345678\0', [0xfe, 0xf7], [45], [2, 0]],
  ...[[0xff, 0x81], [21], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0], '123456789012\0'],
  'mysql_native_password\0',
);
const OK = (sequence: number) => packet(sequence, [0, 0, 0, 2, 0, 0, 0]);

/** Lets a client in as MariaDB would, and answers its first statement that has rows. */
function mariadbServer(answer: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    let isIn = false;
    socket.write(GREETING);
    socket.on('data', (bytes: Buffer) => {
      if (!isIn) {
        isIn = true;
        socket.write(OK(2));
      } else if (bytes.subarray(5).toString('latin1').toUpperCase().startsWith('SELECT')) {
        answer(socket);
      } else socket.write(OK(1));
    });
  };
}

// One column, and then rows of one letter without end.
const COLUMN = Buffer.concat([
  packet(1, [1]),
  packet(
    2,
    '\u0003def',
    [0, 0, 0],
    [1],
    'v',
    [0],
    [12],
    [45, 0],
    [255, 0, 0, 0],
    [253],
    [0, 0],
    [0],
    [0, 0],
  ),
]);

const SERVERS: readonly [string, (port: number) => Backend, (socket: Socket) => void][] = [
  [
    'PostgreSQL: a message of 2 GB',
    (port) => pgvector({ host: '127.0.0.1', port, user: 'u', database: 'd', table: 't', timeouts }),
    afterWelcome((socket) => {
      socket.write(Buffer.concat([Buffer.from('D'), int(0x7fff_ffff)]));
      endlessly(socket, Buffer.alloc(1_000_000));
    }),
  ],
  [
    'Redis: texts without end in one list',
    (port) => redisVectorSet({ host: '127.0.0.1', port, key: 'k', timeouts }),
    (socket) =>
      socket.once('data', () => {
        socket.write('*33000000\r\n');
        endlessly(socket, Buffer.from('$2\r\nab\r\n'.repeat(100_000)));
      }),
  ],
  [
    'Redis: lists within one list',
    (port) => redisVectorSet({ host: '127.0.0.1', port, key: 'k', timeouts }),
    (socket) =>
      socket.once('data', () => {
        socket.write('*33000000\r\n');
        endlessly(socket, Buffer.from('*1\r\n:1\r\n'.repeat(100_000)));
      }),
  ],
  [
    'MariaDB: rows without end',
    (port) => mariadb({ host: '127.0.0.1', port, user: 'u', database: 'd', timeouts }),
    mariadbServer((socket) => {
      socket.write(COLUMN);
      endlessly(
        socket,
        Buffer.concat(Array.from({ length: 1000 }, () => packet(4, [250], 'x'.repeat(250)))),
      );
    }),
  ],
];
const timeouts = { requestMs: 60_000 };

it.each(SERVERS)(
  '%s: ends as malformed, and neither the process nor its memory',
  async (_name, backendAt, onConnection) => {
    const { port } = new URL(await serveRaw(onConnection));
    const backend = backendAt(Number(port));
    try {
      expect(await backend.health()).toMatchObject({
        kind: 'malformed',
        detail: expect.stringMatching(/larger than \d+ bytes/),
      });
    } finally {
      await backend.close();
    }
  },
  60_000,
);
