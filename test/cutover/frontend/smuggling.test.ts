import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Listener } from '../../../src/cutover/frontend/listen.ts';
import { frontend } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const INNER = 'GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** What reached the backend, as bytes, whatever a parser would make of it. */
let received = '';
let front: Listener;
const backend = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    socket.write(OK);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as { port: number };
  front = await frontend({ incumbentUrl: `http://127.0.0.1:${port}`, candidateUrl: null });
});
afterAll(async () => {
  await front.stop();
  backend.close();
});

/** Sends bytes, and gives what came back within a moment. */
async function sent(text: string): Promise<string> {
  received = '';
  return await new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1', () =>
      socket.write(text, 'latin1'),
    );
    const end = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('error', end);
    socket.on('close', end);
    setTimeout(end, 100);
  });
}

const POST = 'POST /api/x HTTP/1.1\r\nHost: localhost\r\n';
it.each([
  [
    'CL.TE',
    `${POST}Content-Length: ${INNER.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER}`,
  ],
  ['TE.CL', `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${INNER}`],
  ['two lengths', `${POST}Content-Length: 0\r\nContent-Length: ${INNER.length}\r\n\r\n${INNER}`],
  ['a list of lengths', `${POST}Content-Length: 0, ${INNER.length}\r\n\r\n${INNER}`],
  ['a length with a sign', `${POST}Content-Length: +${INNER.length}\r\n\r\n${INNER}`],
  ['a length in hex', `${POST}Content-Length: 0x10\r\n\r\n${INNER}`],
  [
    'a folded header',
    `${POST}X: a\r\n Content-Length: ${INNER.length}\r\nContent-Length: 0\r\n\r\n`,
  ],
  ['a space before the colon', `${POST}Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n`],
  ['a coding that is hidden', `${POST}Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc`],
  [
    'two codings',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  ],
  ['a bare line feed', `GET /api/x HTTP/1.1\nHost: localhost\nX: a\n\n`],
  [
    'a carriage return in a header',
    `${POST}X: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n`,
  ],
  ['a null in a header', `${POST}X: a\0b\r\nContent-Length: 0\r\n\r\n`],
  [
    'a chunk whose length overflows',
    `${POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n`,
  ],
  ['an absolute target', `GET http://evil.example/api/x HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ['an authority for a target', 'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['two hosts', 'GET /api/x HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('refuses a request with %s, and nothing of it reaches a backend', async (_name, text) => {
  const answer = await sent(text);
  expect(received).toBe('');
  expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
});

it('switches no protocol: an upgrade to h2c is passed on as the plain request that it is', async () => {
  const answer = await sent(
    'GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(received.match(/HTTP\/1\.1\r\n/g)).toHaveLength(1);
  expect(received.toLowerCase()).not.toMatch(/upgrade|http2-settings/);
});

it('sends the body of a chunked request once, and what follows as a request of its own', async () => {
  await sent(
    `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: ${'a'.repeat(10)}\r\n\r\n`,
  );
  expect(received.match(/HTTP\/1\.1\r\n/g)).toHaveLength(1);
  expect(received.toLowerCase()).not.toContain('x-trailer');
});
