import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { CHECK_MS, listenOnLoopback } from '../../src/serve/loopback.ts';
import { isForOwnHost } from '../../src/serve/own-host.ts';

const asked = (...hosts: string[]) => ({ rawHeaders: hosts.flatMap((host) => ['Host', host]) });

it.each(['127.0.0.1', '127.0.0.1:80', 'localhost:3700', 'LOCALHOST', '[::1]:1', '[::1]'])(
  'a request for %s is for this machine',
  (host) => {
    expect(isForOwnHost(asked(host))).toBe(true);
  },
);

it.each([
  [],
  ['evil.example'],
  ['127.0.0.1', '127.0.0.1'],
  ['localhost', 'evil.example'],
  ['127.0.0.1.evil.example'],
  ['evil.example:80@127.0.0.1'],
  ['127.0.0.1@evil.example'],
  ['127.0.0.1/'],
  ['127.0.0.1, evil.example'],
  ['localhost.'],
  [''],
  ['127.0.0.1:80:80'],
])('a request for %j is not', (...hosts) => {
  expect(isForOwnHost(asked(...hosts))).toBe(false);
});

it('knows further names that were given', () => {
  expect(isForOwnHost(asked('Front.Example:8080'), ['front.example'])).toBe(true);
  expect(isForOwnHost(asked('x.front.example'), ['front.example'])).toBe(false);
});

it('refuses two Host headers before anything is looked at', async () => {
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    response.writeHead(isForOwnHost(request) ? 200 : 421).end();
  });
  const { url, stop } = await listenOnLoopback(server, 0, 'test-port');
  onTestFinished(() => stop());
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write(
        'GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      );
    });
    socket.once('data', (bytes) => resolve(String(bytes)));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 421 /);
});
