import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { limitReceived } from '../../src/wire/bounds/metered-socket.ts';
import { pgvector } from '../../src/wire/postgres/pgvector.ts';
import { serveRaw } from './loopback.ts';

it('ends a connection that receives more than it may, and none whose answer was whole before', async () => {
  const url = new URL(
    await serveRaw((socket) => socket.on('data', () => socket.write(Buffer.alloc(1000)))),
  );
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  for (let round = 0; round < 3; round++) {
    const stop = limitReceived(socket, 1500);
    socket.write('x');
    await once(socket, 'data');
    stop();
  }
  limitReceived(socket, 500);
  const failed = once(socket, 'error');
  socket.write('x');
  const [error] = (await failed) as [Error];
  expect(error.message).toBe('the answer is larger than 500 bytes');
});

it('ends an answer of PostgreSQL that never ends as malformed, and not the process', async () => {
  const int = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
  const message = (type: string, body: Buffer) =>
    Buffer.concat([Buffer.from(type), int(body.length + 4), body]);
  const ready = message('Z', Buffer.from('I'));
  const url = new URL(
    await serveRaw((socket) => {
      let isOpen = false;
      socket.on('data', () => {
        if (!isOpen) {
          isOpen = true;
          socket.write(Buffer.concat([message('R', int(0)), ready]));
          return;
        }
        // One message of two gigabytes, whose end never comes.
        socket.write(Buffer.concat([Buffer.from('D'), int(0x7fff_ffff)]));
        const piece = Buffer.alloc(1_000_000);
        const more = (): void => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on('drain', more);
        more();
      });
    }),
  );
  const backend = pgvector({
    host: url.hostname,
    port: Number(url.port),
    user: 'u',
    database: 'd',
    table: 't',
    timeouts: { requestMs: 60_000 },
  });
  try {
    const outcome = await backend.health();
    expect(outcome).toMatchObject({
      kind: 'malformed',
      detail: expect.stringContaining('larger than'),
    });
  } finally {
    await backend.close();
  }
}, 60_000);
