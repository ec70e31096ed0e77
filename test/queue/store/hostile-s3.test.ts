import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { s3Store } from '../../../src/queue/store/s3-store.ts';

const NAME = { kind: 'lists', hash: 'a'.repeat(64) } as const;

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const received: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    received.push(request);
    request.resume();
    response.on('error', () => {});
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const storeAt = (url: string, silenceMs?: number) =>
  s3Store(
    's3://bucket',
    {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'pl4nted-t0ken',
      AWS_ENDPOINT_URL: url,
    },
    silenceMs,
  );

it('follows no redirect, which would carry the token of the session to another host', async () => {
  const other = await serve((_request, response) => response.end('of another host'));
  const { url } = await serve((_request, response) => {
    response.writeHead(307, { location: `${other.url}/x` });
    response.end();
  });
  const store = await storeAt(url);
  for (const asked of [
    () => store.get(NAME),
    () => store.has(NAME),
    () => store.putOnce(NAME, Uint8Array.of(1)),
    () => store.remove(NAME),
  ]) {
    await expect(asked()).rejects.toThrow('status 307, and redirects are not followed');
  }
  expect(other.received).toEqual([]);
});

it('signs every request with the token of the session', async () => {
  const { url, received } = await serve((_request, response) => response.end());
  const store = await storeAt(url);
  await store.get(NAME);
  await store.has(NAME);
  await store.putOnce(NAME, Uint8Array.of(1));
  await store.remove(NAME);
  expect(received.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'DELETE']);
  for (const { headers } of received) {
    expect(headers['x-amz-security-token']).toBe('pl4nted-t0ken');
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
  }
});

it.each([
  ['without end', {}, 'an object of no length, identity'],
  ['of 9 TB', { 'content-length': '9000000000000' }, 'an object of 9000000000000 bytes, identity'],
  ['that is packed', { 'content-encoding': 'gzip', 'content-length': '21' }, ', gzip'],
])('reads no object %s', { timeout: 20_000 }, async (_name, headers, message) => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, headers as Record<string, string>);
    response.write('content-encoding' in headers ? gzipSync('a') : 'abc');
  });
  await expect((await storeAt(url)).get(NAME)).rejects.toThrow(message);
});

it.each([
  ['at all', 0],
  ['in the midst of an object', 3],
])('asks a server that says nothing %s once more, and no longer', async (_name, sent) => {
  const { url, received } = await serve((_request, response) => {
    if (sent === 0) return;
    response.writeHead(200, { 'content-length': '9' });
    response.write('abc');
  });
  const store = await storeAt(url, 200);
  await expect(store.get(NAME)).rejects.toThrow('the server says nothing');
  expect(received).toHaveLength(2);
});
