import { type AddressInfo, createServer, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { isReadable } from '../../../src/wire/postgres/clear-text.ts';
import { pgvector } from '../../../src/wire/postgres/pgvector.ts';
import { int, message } from '../postgres-messages.ts';

it.each([
  ['10.0.0.7', true],
  ['2001:db8::1', true],
  ['::1234', true],
  ['127.0.0.1', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  [undefined, false],
])('a stream to %s can be read by others: %s', (remoteAddress, expected) => {
  expect(isReadable({ remoteAddress })).toBe(expected);
});

it('a stream with TLS cannot', () => {
  const secure = new TLSSocket(new Socket());
  Object.defineProperty(secure, 'remoteAddress', { value: '10.0.0.7' });
  expect(isReadable(secure)).toBe(false);
});

const own = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.internal === false && address.family === 'IPv4')?.address;

it.skipIf(own === undefined)('a password goes to no server that asks for it itself', async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received.push(bytes);
      socket.write(message('R', int(3)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const backend = pgvector({
    ...(own === undefined ? {} : { host: own }),
    port,
    user: 'u',
    password: 'pl4nted-s3cret',
    database: 'd',
    timeouts: { requestMs: 500, connectMs: 400 },
  });
  expect(await backend.health()).toMatchObject({
    kind: 'rejected',
    detail: expect.stringContaining('in clear text over a connection without TLS'),
  });
  await backend.close();
  expect(Buffer.concat(received).toString('latin1')).not.toContain('pl4nted-s3cret');
});
