import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { WireRequest } from '../../src/wire/dialect.ts';
import { openWireClient, type WireClientOptions } from '../../src/wire/http/client.ts';
import { json, serve, serveRaw } from './loopback.ts';

const GET: WireRequest = { method: 'GET', path: '/x' };
const unexpected: unknown[] = [];
const note = (error: unknown): void => void unexpected.push(error);

beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtExceptionMonitor', note);
  process.on('warning', note);
});
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  process.off('uncaughtExceptionMonitor', note);
  process.off('warning', note);
  expect(unexpected).toEqual([]);
});

function open(url: string, options: Partial<WireClientOptions> = {}) {
  const client = openWireClient({ url, ...options });
  onTestFinished(() => client.close());
  return client;
}

async function send(url: string, options: Partial<WireClientOptions> = {}) {
  const outcome = await open(url, options).sendWire([GET]);
  expect(outcome.timing.endedMs).toBeGreaterThanOrEqual(outcome.timing.startedMs);
  if (outcome.kind === 'ok') return { ...outcome, detail: '' };
  expect(outcome.detail).toMatch(/^[\P{C}]{1,140}$/u);
  return outcome;
}

describe('a request that is answered', () => {
  it('is ok with status, content type, body and size', async () => {
    const { url } = await serve(json({ a: 1 }, 201));
    const outcome = await open(url).sendWire([GET]);
    expect(outcome).toMatchObject({ kind: 'ok', status: 201, sizeBytes: 7 });
    if (outcome.kind !== 'ok') return;
    expect(outcome.value[0]?.contentType).toBe('application/json');
    expect(Buffer.from(outcome.value[0]?.bytes ?? []).toString()).toBe('{"a":1}');
  });

  it('carries configured headers over those of the dialect, asks for no compression, and keeps a path prefix', async () => {
    const { url, received } = await serve(json({}));
    const client = open(`${url}/_go/`, {
      headers: { 'X-Tenant': 'a', Authorization: 'Bearer t0ken' },
    });
    expect(client.url).toBe(`${url}/_go`);
    const sent = await client.sendWire([
      {
        method: 'POST',
        path: '/v1/embed?x=1',
        json: { texts: ['é'] },
        headers: { 'x-tenant': 'b' },
      },
    ]);
    expect(sent.kind).toBe('ok');
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/_go/v1/embed?x=1',
      json: { texts: ['é'] },
    });
    expect(received[0]?.headers).toMatchObject({
      'x-tenant': 'a',
      authorization: 'Bearer t0ken',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
    });
  });

  it('is put together from many chunks', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"a":');
      setTimeout(() => response.end('1}'), 5);
    });
    const outcome = await open(url).sendWire([GET]);
    expect(outcome).toMatchObject({ kind: 'ok', sizeBytes: 7 });
  });

  it('may be one of several, sent one after the other, all replies in order', async () => {
    let underWay = 0;
    const { url, received } = await serve((request, response) => {
      expect(++underWay).toBe(1);
      setTimeout(() => {
        underWay--;
        response.end(request.path);
      }, 2);
    });
    const outcome = await open(url).sendWire([
      { ...GET, path: '/1' },
      { ...GET, path: '/2' },
    ]);
    expect(outcome).toMatchObject({ kind: 'ok', sizeBytes: 4 });
    expect(received.map((request) => request.path)).toEqual(['/1', '/2']);
  });

  it('keeps one connection for requests that follow each other, and as many as allowed for those that do not', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await serve((_request, response, raw) => {
      ports.add(raw.socket.remotePort);
      setTimeout(() => response.end('ok'), 2);
    });
    const client = open(url, { connections: 3 });
    await client.sendWire([GET, GET, GET]);
    expect(ports.size).toBe(1);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => client.sendWire([GET])));
    expect(outcomes.every((outcome) => outcome.kind === 'ok')).toBe(true);
    expect(ports.size).toBe(3);
  });
});

describe('a backend that is not there', () => {
  it('is refused, naming host and port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await send(`http://127.0.0.1:${port}`)).toMatchObject({
      kind: 'refused',
      status: null,
      detail: `no connection to 127.0.0.1:${port}: ECONNREFUSED`,
    });
  });

  it('is refused when its name does not resolve', async () => {
    const outcome = await send('http://no-such-host.invalid');
    expect(outcome.kind).toBe('refused');
    expect(outcome.detail).toMatch(/^no connection to no-such-host\.invalid:80: E/);
  });

  it('is refused when it speaks no TLS', async () => {
    const { url } = await serve(json({}));
    const outcome = await send(url.replace('http:', 'https:'), { timeouts: { requestMs: 2000 } });
    expect(['refused', 'reset']).toContain(outcome.kind);
  });
});

describe('a connection that breaks', () => {
  it('before a response is reset', async () => {
    const { url } = await serve((_request, _response, raw) => raw.socket.destroy());
    expect(await send(url)).toMatchObject({
      kind: 'reset',
      status: null,
      detail: 'connection closed before a response',
    });
  });

  it('by RST is reset', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await send(url)).toMatchObject({ kind: 'reset', status: null });
  });

  it('in the middle of a body of known length is reset, and says how far it came', async () => {
    const { url } = await serve((_request, response, raw) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"results":[');
      setTimeout(() => raw.socket.end(), 10);
    });
    expect(await send(url)).toMatchObject({
      kind: 'reset',
      status: 200,
      sizeBytes: 12,
      detail: 'connection closed in the middle of the body, after 12 of 1000 bytes',
    });
  });

  it('in the middle of a chunked body is reset', async () => {
    const { url } = await serve((_request, response, raw) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"results":[');
      setTimeout(() => raw.socket.destroy(), 10);
    });
    expect(await send(url)).toMatchObject({
      kind: 'reset',
      status: 200,
      detail: 'connection closed in the middle of the body, after 12 bytes',
    });
  });

  it('in the middle of a chunk of a response that ends its connection is reset', async () => {
    const url = await serveRaw((socket) =>
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"re',
        ),
      ),
    );
    expect(await send(url)).toMatchObject({ kind: 'reset', status: 200 });
  });

  it('is not tried again, not even for a GET on a connection that had been in use', async () => {
    let count = 0;
    const { url } = await serve((_request, response, raw) => {
      if (++count === 2) raw.socket.destroy();
      else response.end('ok');
    });
    const client = open(url);
    expect((await client.sendWire([GET])).kind).toBe('ok');
    expect((await client.sendWire([GET])).kind).toBe('reset');
    expect(count).toBe(2);
    expect((await client.sendWire([GET])).kind).toBe('ok');
  });

  it('ends an operation of several requests, and the rest are not sent', async () => {
    const { url, received } = await serve((request, response, raw) => {
      if (request.path === '/2') raw.socket.destroy();
      else response.end('ok');
    });
    const outcome = await open(url).sendWire(
      ['/1', '/2', '/3'].map((path) => ({ method: 'GET', path })),
    );
    expect(outcome).toMatchObject({ kind: 'reset', sizeBytes: 2 });
    expect(received).toHaveLength(2);
  });
});

describe('a backend that keeps one waiting', () => {
  it('times out when it never answers', async () => {
    const { url } = await serve(() => {});
    expect(await send(url, { timeouts: { requestMs: 60 } })).toMatchObject({
      kind: 'timeout',
      status: null,
      detail: 'no response within the deadline of 60 ms',
    });
  });

  it('times out on headers apart from the deadline', async () => {
    const { url } = await serve((_request, response) => {
      setTimeout(() => response.end('late'), 1500).unref();
    });
    expect(await send(url, { timeouts: { headersMs: 60, requestMs: 5000 } })).toMatchObject({
      kind: 'timeout',
      status: null,
      detail: 'no response headers within 60 ms',
    });
  });

  it('times out when a body stands still', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
    });
    expect(await send(url, { timeouts: { bodyMs: 60, requestMs: 5000 } })).toMatchObject({
      kind: 'timeout',
      status: 200,
      detail: 'the body stood still for 60 ms after 1 bytes',
    });
  });

  it('times out at the deadline when a body drips without ever standing still', async () => {
    const { url } = await serve((_request, response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    });
    const outcome = await send(url, { timeouts: { bodyMs: 5000, requestMs: 120 } });
    expect(outcome).toMatchObject({ kind: 'timeout', status: 200 });
    expect(outcome.detail).toMatch(/^only \d+ bytes of the body within the deadline of 120 ms$/);
    expect(outcome.sizeBytes).toBeGreaterThan(0);
  });

  it('has one deadline for all requests of an operation', async () => {
    const { url, received } = await serve((_request, response) => {
      setTimeout(() => response.end('ok'), 60);
    });
    const client = open(url, { timeouts: { requestMs: 150 } });
    const outcome = await client.sendWire(Array.from({ length: 10 }, () => GET));
    expect(outcome.kind).toBe('timeout');
    expect(received.length).toBeLessThan(5);
  });

  it('counts the wait for a free connection, and never sends what timed out in the queue', async () => {
    const { url, received } = await serve((request, response) => {
      if (request.path === '/slow') setTimeout(() => response.end('ok'), 120);
      else response.end('ok');
    });
    const client = open(url, { connections: 1, timeouts: { requestMs: 300 } });
    const slow = client.sendWire([{ method: 'GET', path: '/slow' }]);
    const queued = client.sendWire([GET]);
    const aborted = client.sendWire([{ method: 'GET', path: '/never' }], AbortSignal.timeout(20));
    expect(await aborted).toMatchObject({ kind: 'aborted', status: null });
    const [first, second] = await Promise.all([slow, queued]);
    expect(first.kind).toBe('ok');
    expect(second.kind).toBe('ok');
    // The second could not begin before the first had ended.
    expect(second.timing.endedMs).toBeGreaterThanOrEqual(first.timing.endedMs);
    expect(second.timing.startedMs).toBeLessThan(first.timing.endedMs);
    expect(await client.sendWire([GET])).toMatchObject({ kind: 'ok' });
    expect(received.map((request) => request.path)).not.toContain('/never');
  });
});

describe('a status other than 2xx', () => {
  it.each([
    [500, { error: 'index not built' }, 'HTTP 500: index not built'],
    [400, { message: 'k must be positive' }, 'HTTP 400: k must be positive'],
    [404, { error: { message: 'no such index', type: 'x' } }, 'HTTP 404: no such index'],
    [503, { detail: 'secret internals' }, 'HTTP 503'],
    [500, '<html>stack trace</html>', 'HTTP 500'],
    [500, '', 'HTTP 500'],
    [422, { error: 'a\r\nb\u001b[31m\u202eevil\u0000' }, 'HTTP 422: a b [31m evil'],
  ])(
    '%i with %j is http, with no more of the body than its message',
    async (status, body, detail) => {
      const { url } = await serve(json(body, status));
      expect(await send(url)).toMatchObject({ kind: 'http', status, detail });
    },
  );

  it('shows long messages cut', async () => {
    const { url } = await serve(json({ error: 'x'.repeat(10_000) }, 500));
    const { detail } = await send(url);
    expect(detail).toHaveLength(140);
    expect(detail.endsWith('x…')).toBe(true);
  });

  it('reads a large error body to its end, so that the connection stays', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await serve((_request, response, raw) => {
      ports.add(raw.socket.remotePort);
      response.writeHead(500).end('x'.repeat(300_000));
    });
    const client = open(url);
    const outcome = await client.sendWire([GET]);
    expect(outcome).toMatchObject({
      kind: 'http',
      status: 500,
      sizeBytes: 300_000,
      detail: 'HTTP 500',
    });
    await client.sendWire([GET]);
    expect(ports.size).toBe(1);
  });

  it('stays http when its body breaks off', async () => {
    const { url } = await serve((_request, response, raw) => {
      response.writeHead(502, { 'content-length': '1000' });
      response.write('{"error"');
      setTimeout(() => raw.socket.destroy(), 10);
    });
    expect(await send(url)).toMatchObject({ kind: 'http', status: 502, detail: 'HTTP 502' });
  });

  it('is http for a redirect, which is not followed and whose query is not shown', async () => {
    const { url, received } = await serve((_request, response) => {
      response
        .writeHead(302, { location: 'https://user:pw@login.example/start?token=abc#f' })
        .end();
    });
    expect(await send(url)).toMatchObject({
      kind: 'http',
      status: 302,
      detail: 'HTTP 302: redirects are not followed (to https://login.example/start)',
    });
    expect(received).toHaveLength(1);
  });

  it('never shows the values of configured headers, even where the backend echoes them', async () => {
    const { url } = await serve((request, response) =>
      json(
        {
          error: `bad token ${request.headers.authorization?.slice(7)} for ${request.headers['x-key']}`,
        },
        401,
      )(request, response, undefined as never),
    );
    const outcome = await send(url, {
      headers: { authorization: 'Bearer s3cr3t-tok', 'x-key': 'kkkk-1' },
    });
    expect(outcome.detail).toBe('HTTP 401: bad token [authorization] for [x-key]');
  });
});

describe('a body that is not to be read', () => {
  it('is malformed when it says it is too large, without being read', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write('x');
    });
    expect(await send(url, { maxBodyBytes: 1000 })).toMatchObject({
      kind: 'malformed',
      status: 200,
      sizeBytes: 0,
      detail: 'the body is larger than 1000 bytes',
    });
  });

  it('is malformed when it grows too large, and the stream is cut', async () => {
    let closed: () => void = () => {};
    const cut = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await serve((_request, response) => {
      const flood = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => {
        clearInterval(flood);
        closed();
      });
    });
    expect(await send(url, { maxBodyBytes: 50_000 })).toMatchObject({
      kind: 'malformed',
      status: 200,
    });
    await cut;
  });

  it('of exactly the largest size is read', async () => {
    const { url } = await serve((_request, response) => response.end('x'.repeat(1000)));
    expect(await send(url, { maxBodyBytes: 1000 })).toMatchObject({ kind: 'ok', sizeBytes: 1000 });
  });

  it('is malformed when it is compressed though nothing asked for that', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('zzz'),
    );
    expect(await send(url)).toMatchObject({
      kind: 'malformed',
      detail: 'content-encoding gzip, which was not asked for',
    });
  });

  it('is malformed when its headers are too large', async () => {
    const url = await serveRaw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`)),
    );
    expect(await send(url)).toMatchObject({
      kind: 'malformed',
      detail: 'the response headers are too large',
    });
  });

  it('is malformed when the backend speaks no HTTP', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    const outcome = await send(url);
    expect(outcome.kind).toBe('malformed');
    expect(outcome.detail).toMatch(/^Response does not match the HTTP\/1\.1 protocol/);
  });
});

describe('an abort signal', () => {
  it('ends a request under way at once, and frees its connection', async () => {
    const { url } = await serve(() => {});
    const controller = new AbortController();
    const pending = open(url).sendWire([GET], controller.signal);
    setTimeout(() => controller.abort(), 20);
    expect(await pending).toMatchObject({
      kind: 'aborted',
      status: null,
      detail: 'aborted by the caller',
    });
  });

  it('that is already aborted sends nothing', async () => {
    const { url, received } = await serve(json({}));
    expect(await open(url).sendWire([GET], AbortSignal.abort())).toMatchObject({ kind: 'aborted' });
    expect(received).toEqual([]);
  });

  it('may be shared by many requests without a warning', async () => {
    const { url } = await serve(() => {});
    const controller = new AbortController();
    const client = open(url);
    const pending = Array.from({ length: 60 }, () => client.sendWire([GET], controller.signal));
    setTimeout(() => controller.abort(), 30);
    const kinds = (await Promise.all(pending)).map((outcome) => outcome.kind);
    expect(new Set(kinds)).toEqual(new Set(['aborted']));
  });
});

describe('closing', () => {
  it('ends what is under way or queued as aborted, may be done twice, and refuses what comes after', async () => {
    const { url } = await serve(() => {});
    const client = openWireClient({ url, connections: 1 });
    const pending = [client.sendWire([GET]), client.sendWire([GET])];
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.close();
    await client.close();
    for (const outcome of await Promise.all(pending)) {
      expect(outcome).toMatchObject({ kind: 'aborted', detail: 'the client was closed' });
    }
    expect(await client.sendWire([GET])).toMatchObject({ kind: 'aborted' });
  });
});

describe('what cannot be used', () => {
  it.each([
    ['ftp://127.0.0.1/', /^backend URL with ftp:/],
    ['127.0.0.1:3100', /not a URL|backend URL with/],
    ['', /not a URL/],
    ['http://127.0.0.1:1/?key=hunter2', /query or fragment/],
    ['http://bob:hunter2@127.0.0.1:1', /user or password/],
    ['http://bob:hunter2@:1', /not a URL/],
    ['ftp://bob:hunter2@127.0.0.1', /^backend URL with ftp:/],
  ])('%s as a URL is a usage error that shows no secret', (url, message) => {
    expect(() => openWireClient({ url })).toThrow(message);
    try {
      openWireClient({ url });
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).not.toContain('hunter2');
      expect((error as UsageError).hint).not.toBeNull();
    }
  });

  it.each([
    { headers: { 'content-length': '3' } },
    { headers: { 'Accept-Encoding': 'gzip' } },
    { headers: { 'bad name': 'hunter2' } },
    { headers: { key: 'hunter2\r\nx: y' } },
    { connections: 0 },
    { timeouts: { requestMs: Number.NaN } },
    { timeouts: { connectMs: 2 ** 31 } },
    { maxBodyBytes: -1 },
  ])('%j is a usage error', (options) => {
    const attempt = () => openWireClient({ url: 'http://127.0.0.1:1', ...options });
    expect(attempt).toThrow(UsageError);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it.each([
    [[]],
    [[{ method: 'GET', path: 'x' }]],
    [[{ method: 'GET', path: '/a b' }]],
    [[{ method: 'GET', path: '/a\r\nx: y' }]],
    [[{ method: 'POST', path: '/a', json: 1n }]],
    [[{ method: 'GET', path: '/a', headers: { 'transfer-encoding': 'chunked' } }]],
  ] as [WireRequest[]][])('a dialect that asks for %o is a usage error', async (requests) => {
    await expect(open('http://127.0.0.1:1').sendWire(requests)).rejects.toThrow(UsageError);
  });
});
