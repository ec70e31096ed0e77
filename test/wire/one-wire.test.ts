import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { prepareSide } from '../../src/load/drive/sides.ts';
import { runClosedTrial } from '../../src/load/drive/trial.ts';
import { outcomeOf } from '../../src/load/recorder.ts';
import { retryAfterMs } from '../../src/wire/http/failure.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { connect, serve } from './loopback.ts';

type Answer = (response: ServerResponse, raw: IncomingMessage) => void;
const REQUEST = { collections: ['c'], text: 'a', k: 1 };

/** How one request of each kind ends with a backend that answers so: asked for quality, and under load. */
async function bothEnds(answer: Answer) {
  const { url, received } = await serve((_request, response, raw) => answer(response, raw));
  const backend = connect({
    url,
    dialect: rustLakehouse(),
    headers: { 'x-tenant': 'a', Accept: 'text/own' },
  });
  const quality = await backend.retrieve(REQUEST);
  const query = { id: 'q', need: 'q', text: 'a', slices: [], collections: ['c'] };
  const side = await prepareSide({
    http: backend.http,
    operation: 'retrieve',
    queries: [query],
    k: 1,
    model: null,
    probes: [],
  });
  const { record } = await runClosedTrial({
    arm: side.arm,
    concurrency: 1,
    durationMs: 10_000,
    maxRequests: 1,
    deadlineMs: 5000,
    limits: { initial: 1, max: 1, growthPerTick: 1 },
    seed: 1,
  });
  return { quality, load: outcomeOf(record, 0), received };
}

const ANSWERS: readonly [string, Answer, string][] = [
  ['200', (response) => response.end('{}'), 'malformed'],
  ['429', (response) => response.writeHead(429).end(), 'throttled'],
  [
    '503 with retry-after',
    (response) => response.writeHead(503, { 'retry-after': '2' }).end(),
    'throttled',
  ],
  ['503 alone', (response) => response.writeHead(503).end(), 'http'],
  ['500', (response) => response.writeHead(500).end('{"error":"x"}'), 'http'],
  ['302', (response) => response.writeHead(302, { location: '/x' }).end(), 'http'],
  ['a closed connection', (_response, raw) => raw.socket.destroy(), 'reset'],
  [
    'half a body',
    (response, raw) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"sources"');
      setTimeout(() => raw.socket.destroy(), 20);
    },
    'reset',
  ],
  [
    'no HTTP',
    (_response, raw) => {
      raw.socket.end('not HTTP at all\r\n\r\n');
    },
    'malformed',
  ],
];

describe('one wire', () => {
  it.each(ANSWERS)('calls %s the same for quality and under load', async (what, answer, kind) => {
    const { quality, load } = await bothEnds(answer);
    expect(quality.kind).toBe(kind);
    // Under load a body is read when the timing is over.
    expect(load).toBe(what === '200' ? 'ok' : kind);
  });

  it('sends the same request for quality and under load, to the header', async () => {
    const { received } = await bothEnds((response) => response.end('{}'));
    const [first, second] = received;
    expect(received).toHaveLength(2);
    expect(second).toEqual(first);
    expect(first?.headers).toMatchObject({
      'user-agent': 'retrieval-parity',
      accept: 'text/own',
      'accept-encoding': 'identity',
      'x-tenant': 'a',
      'content-type': 'application/json',
    });
  });

  it('says how long a throttled request is asked to wait', async () => {
    const { quality } = await bothEnds((response) =>
      response
        .writeHead(429, { 'retry-after': '2', 'content-type': 'application/json' })
        .end('{"error":"slow down"}'),
    );
    expect(quality).toMatchObject({
      kind: 'throttled',
      status: 429,
      detail: 'HTTP 429: slow down',
      retryAfterMs: 2000,
    });
  });

  it.each([
    ['3', 3000],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 5000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', null],
    [null, null],
  ])('reads retry-after %s', (header, waitMs) => {
    expect(retryAfterMs(header, 5000)).toBe(waitMs);
  });
});
