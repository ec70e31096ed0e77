import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';

/** A server that does one thing with each connection, and keeps them all. */
async function connections(onSocket: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function at(url: string) {
  const timeouts = { connectMs: 1_000, requestMs: 1_000 };
  const backend = backendOfUrl(url, { timeouts, env: {} });
  onTestFinished(() => backend.close());
  return backend;
}

const request = { collection: 'c', vector: Float32Array.of(1, 0), k: 1 };

describe.each([
  ['pgvector', (port: number) => `pgvector://postgres@127.0.0.1:${port}/db`],
  ['redis', (port: number) => `redis://127.0.0.1:${port}/key`],
  ['mariadb', (port: number) => `mariadb://root@127.0.0.1:${port}/db`],
] as const)('%s, whose client library might try again', (_name, urlOf) => {
  it('connects once where the server hangs up', async () => {
    const { port, sockets } = await connections((socket) => socket.destroy());
    const outcome = await call(at(urlOf(port)), 'search', request);
    expect(outcome).toMatchObject({ kind: 'reset' });
    expect(sockets).toHaveLength(1);
  });

  it('asks once where the server dies with the request', async () => {
    // MariaDB speaks first: its greeting never comes.
    const { port, sockets } = await connections((socket) => {
      socket.once('data', () => socket.destroy());
      setTimeout(() => socket.destroy(), 200);
    });
    const outcome = await call(at(urlOf(port)), 'search', request);
    expect(outcome).toMatchObject({ kind: 'reset' });
    expect(sockets).toHaveLength(1);
  });

  it('settles at once where the caller gives up while it connects', async () => {
    const { port } = await connections(() => {});
    const controller = new AbortController();
    const under = call(at(urlOf(port)), 'search', request, controller.signal);
    controller.abort();
    expect(await under).toMatchObject({ kind: 'aborted' });
  });
});
