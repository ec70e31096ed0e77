import { type AddressInfo, createServer, type Socket } from 'node:net';
import { randomStream } from '../../../../src/stats/random.ts';
import { HOSTILE_ANSWERS } from './answers.ts';

/** What the next requests are answered with. */
export interface HostileOrder {
  readonly name: string;
  readonly seed: number;
}

// A hostile backend in a process of its own, whose memory is not counted, and a host beside it that nobody may ask.
let order: HostileOrder = { name: 'silence', seed: 0 };
let strayed = 0;
const sockets = new Set<Socket>();

const elsewhere = createServer((socket) => {
  strayed += 1;
  socket.destroy();
});
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', () => {
    const { port } = elsewhere.address() as AddressInfo;
    const random = randomStream(order.seed, order.name);
    HOSTILE_ANSWERS[order.name]?.(socket, random, `http://127.0.0.1:${port}`);
  });
});

process.on('message', (next: HostileOrder) => {
  for (const socket of sockets) socket.destroy();
  order = next;
  process.send?.({ strayed });
});
process.on('disconnect', () => process.exit(0));
elsewhere.listen(0, '127.0.0.1', () => {
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
});
