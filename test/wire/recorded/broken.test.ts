import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Backend } from '../../../src/wire/backend.ts';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';
import { serve } from '../loopback.ts';

const schemes = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** A backend at an address, closed with the test. */
function at(scheme: string, place: string): Backend {
  const timeouts = { connectMs: 300, requestMs: 300 };
  const backend = backendOfUrl(`${scheme}://${place}/?tls=false`, { timeouts, env: {} });
  onTestFinished(() => backend.close());
  return backend;
}

/** A server that does one thing with each connection, and counts them. */
async function connections(onSocket: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { place: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

/** What each kind of backend is asked for: an index by vector, an embedder by text. */
function asked(backend: Backend, signal?: AbortSignal) {
  if (backend.capabilities.operations.embed !== undefined) {
    return call(backend, 'embed', { texts: ['a'], kind: 'query' }, signal);
  }
  const vector = Float32Array.of(1, 0);
  return call(backend, 'search', { collection: 'c', vector, k: 1 }, signal);
}

describe.each(schemes)('%s, where something is broken', (scheme) => {
  it('is refused where nobody listens', async () => {
    const backend = at(scheme, '127.0.0.1:1');
    expect(await asked(backend)).toMatchObject({ kind: 'refused' });
    expect(await backend.health()).toMatchObject({ kind: 'refused' });
  });

  it('is reset where the server hangs up, and asks once', async () => {
    const { place, sockets } = await connections((socket) => {
      socket.once('data', () => socket.destroy());
    });
    expect(await asked(at(scheme, place))).toMatchObject({ kind: 'reset' });
    expect(sockets).toHaveLength(1);
  });

  it('is a timeout where the server is silent', async () => {
    const { place } = await connections(() => {});
    expect(await asked(at(scheme, place))).toMatchObject({ kind: 'timeout' });
  });

  it('ends as an outcome where the key is wrong, and asks once', async () => {
    const { url, received } = await serve((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error": "invalid key"}');
    });
    const outcome = await asked(at(scheme, url.replace('http://', '')));
    expect(outcome).toMatchObject({ kind: 'http', status: 401 });
    expect(received).toHaveLength(1);
  });

  it('is malformed where a web page answers', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html></html>');
    });
    const outcome = await asked(at(scheme, url.replace('http://', '')));
    expect(outcome).toMatchObject({ kind: 'malformed' });
  });

  it('is aborted by the caller and by its end, at once', async () => {
    const { place } = await connections(() => {});
    const backend = at(scheme, place);
    const controller = new AbortController();
    const under = asked(backend, controller.signal);
    const other = backend.health();
    controller.abort();
    expect(await under).toMatchObject({ kind: 'aborted' });
    await backend.close();
    expect(await other).toMatchObject({ kind: 'aborted' });
    expect(await asked(backend)).toMatchObject({ kind: 'aborted' });
  });
});
