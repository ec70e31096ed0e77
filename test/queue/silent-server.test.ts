import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectQueue } from '../../src/queue/server/connect.ts';

it.each([
  ['says nothing', ''],
  ['begins an answer and does not end it', '$9999\r\nabc'],
])('a queue server that %s is not waited for', { timeout: 20_000 }, async (_name, said) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => socket.write(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(connectQueue({ url, env: {}, onProblem: () => {} })).rejects.toMatchObject({
    code: 'queue-server',
    message: expect.stringContaining('no answer within 5 s'),
  });
});
