import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { limitReceived } from '../../src/wire/bounds/metered-socket.ts';
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
