import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '../../../src/cutover/frontend/listen.ts';
import { type Backend, backend, echo, frontend, get, raw, type Seen } from './rig.ts';

let incumbent: Backend;
let candidate: Backend;
let front: Listener;

beforeAll(async () => {
  incumbent = await backend(echo('incumbent'));
  candidate = await backend((request, response) => {
    if (request.url === '/moved') {
      response.writeHead(302, { location: `${incumbent.url}/stolen` });
      return response.end();
    }
    if (request.url === '/odd') {
      response.writeHead(299, 'Odd Enough', [
        ...['Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'X-Kept', 'caf\u00e9', 'X-Named', 'gone'],
        ...['Connection', 'X-Named, close', 'Keep-Alive', 'timeout=9', 'Content-Encoding', 'gzip'],
        ...['Date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ]);
      return response.end(Buffer.from([0, 255, 1]));
    }
    return echo('candidate')(request, response);
  });
  front = await frontend({
    incumbentUrl: incumbent.url,
    candidateUrl: candidate.url,
    limits: { bodySizeBytes: 1000 },
  });
});
afterAll(async () => {
  await front.stop();
  await Promise.all([incumbent.kill(), candidate.kill()]);
});

const seenIn = (answer: string) => {
  const json = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
  return JSON.parse(Buffer.from(json, 'latin1').toString('utf8')) as Seen;
};
const seenBy = async (response: Response) => (await response.json()) as Seen;

describe('a request arrives as it was sent', () => {
  test.each([
    ['/api/ai/embed?x=1&y=%2B%20', 'incumbent', '/ai/embed?x=1&y=%2B%20'],
    ['/_go/v1/a%2Fb//c?', 'candidate', '/v1/a%2Fb//c?'],
  ])('%s goes to the %s', async (target, name, expected) => {
    const answer = await raw(front.url, get(target));
    const seen = seenIn(answer);
    expect(seen).toMatchObject({ name, method: 'GET', target: expected });
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    '%s with a body',
    async (method) => {
      const body = Buffer.from([0, 1, 2, 255, 10, 13]);
      const seen = await seenBy(await fetch(`${front.url}/_go/v1/x`, { method, body }));
      expect(seen).toMatchObject({ method, target: '/v1/x', body: body.toString('base64') });
    },
  );

  test('a body of undeclared length arrives whole', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('one '));
        controller.enqueue(new TextEncoder().encode('two'));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const seen = await seenBy(await fetch(`${front.url}/_go/x`, init));
    expect(Buffer.from(seen.body, 'base64').toString()).toBe('one two');
  });

  test('headers keep order, case, repetition and bytes; those of one hop go (RFC 9110, 7.6.1)', async () => {
    const answer = await raw(
      front.url,
      'GET /_go/x HTTP/1.1\r\nHost: localhost\r\nX-B: 2\r\nx-a: 1\r\nX-B: \u00fcber\r\nX-Named: gone\r\n' +
        'TE: trailers\r\nProxy-Authorization: secret\r\nUpgrade: h2c\r\nAuthorization: Bearer t\r\n' +
        'Connection: close, x-named\r\n\r\n',
    );
    const seen = seenIn(answer);
    const own = ['X-B', '2', 'x-a', '1', 'X-B', '\u00fcber', 'Authorization', 'Bearer t'];
    const names = seen.headers.map((text) => text.toLowerCase());
    expect(seen.headers.join('\n')).toContain(own.join('\n'));
    for (const gone of ['x-named', 'te', 'proxy-authorization', 'upgrade']) {
      expect(names).not.toContain(gone);
    }
    expect(seen.headers[names.indexOf('host') + 1]).toBe(`127.0.0.1:${candidate.port}`);
  });
});

describe('an answer arrives as it was given', () => {
  test('status, reason, repeated headers, bytes and coding; those of one hop go', async () => {
    const answer = await raw(front.url, get('/_go/odd'));
    const head = answer.slice(0, answer.indexOf('\r\n\r\n'));
    expect(head).toMatch(/^HTTP\/1.1 299 Odd Enough\r\n/);
    expect(head).toContain('Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Kept: caf\u00e9');
    expect(head).toContain('Date: Thu, 01 Jan 1970 00:00:00 GMT');
    expect(head.match(/^date:/gim)).toHaveLength(1);
    expect(head).toContain('Content-Encoding: gzip');
    expect(head).not.toMatch(/x-named|timeout=9/i);
    expect(answer).toContain('\u0000\u00ff\u0001');
  });

  test('a redirect is an answer like any other and is not followed', async () => {
    const response = await fetch(`${front.url}/_go/moved`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${incumbent.url}/stolen`);
  });

  test('HEAD has headers and no body', async () => {
    const response = await fetch(`${front.url}/api/x`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('');
  });
});

describe('nothing but the two origins can be reached', () => {
  test('absolute targets, foreign hosts and dot segments are refused', async () => {
    let reached = 0;
    const elsewhere = createServer((_request, response) => {
      reached += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as { port: number };
    const host = `127.0.0.1:${port}`;
    for (const target of [
      `http://${host}/api/x`,
      `//${host}/api/x`,
      `/api//${host}/x`,
      `/_go//${host}/x`,
      '/api/../_go/x',
      '/_go/%2e%2e/x',
    ]) {
      expect(await raw(front.url, get(target)), target).toMatch(/^HTTP\/1.1 400 /);
    }
    expect(await raw(front.url, `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).not.toMatch(
      / 200 /,
    );
    const spoofed = await raw(
      front.url,
      `GET /api/x HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(spoofed).toContain('"name":"incumbent"');
    expect(reached).toBe(0);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test('an unknown route is 404 with JSON', async () => {
    const response = await fetch(`${front.url}/elsewhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'no-route' });
  });

  test.each(['http://h/base', 'http://u:p@h', 'ftp://h', 'h:1', 'http://h/?x'])(
    'no origin: %s',
    async (candidateUrl) => {
      await expect(frontend({ incumbentUrl: incumbent.url, candidateUrl })).rejects.toThrow(
        "the candidate's URL is no origin",
      );
    },
  );
});

describe('limits', () => {
  test('a body beyond the limit is 413, declared or not', async () => {
    const declared = await fetch(`${front.url}/_go/x`, { method: 'POST', body: 'x'.repeat(1001) });
    expect(declared.status).toBe(413);
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array(1001));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const streamed = await fetch(`${front.url}/_go/x`, init);
    expect(streamed.status).toBe(413);
    expect(await streamed.json()).toMatchObject({ code: 'body-too-long' });
  });

  test('headers beyond the limit are 431', async () => {
    const answer = await raw(front.url, get('/api/x', [`X: ${'x'.repeat(20_000)}`]));
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  test('a transfer coding that would lose its label is 501', async () => {
    const answer = await raw(
      front.url,
      'POST /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 501 /);
  });
});
