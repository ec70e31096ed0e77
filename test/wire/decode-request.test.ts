import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../src/corpus/types.ts';
import { NO_HANDLES, type Route } from '../../src/wire/dialect.ts';
import { answerIn, isReadPath, questionIn } from '../../src/wire/http/seen-exchange.ts';
import { readSqlFilter } from '../../src/wire/json/read-sql-filter.ts';
import { sqlFilter } from '../../src/wire/json/sql-filter.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

const rust = rustLakehouse();
const go = goLakehouse();

const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const scalar = fc.oneof(
  word,
  number.filter((value) => !Object.is(value, -0)),
  fc.boolean(),
);
const end = fc.oneof(word, fc.integer());
const condition = fc.oneof(
  scalar,
  fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
  fc.record({ gte: end, lte: end }),
  fc.record({ gte: end }),
);
const filters = fc.dictionary(word, condition, { minKeys: 1, maxKeys: 3 }) as fc.Arbitrary<Filter>;

describe('an SQL condition is read back as the filter it was written from', () => {
  it('for every filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const sql = sqlFilter(filter) ?? '';
        expect(readSqlFilter(sql)).toEqual(filter);
      }),
    );
  });

  it('as people write it', () => {
    expect(readSqlFilter("role = 'Welder' and years between 2 and 5")).toEqual({
      role: 'Welder',
      years: { gte: 2, lte: 5 },
    });
    expect(readSqlFilter('"State" = \'OH\'')).toEqual({ State: 'OH' });
    expect(readSqlFilter('')).toEqual({});
  });

  it.each([
    "role = 'a' OR role = 'b'",
    "role LIKE 'a%'",
    'NOT active',
    '"a" IS NOT NULL',
    '1 = 0',
    "role = 'a' AND role = 'b'",
    'years >= 1 AND years >= 2',
    "role = 'a",
    "lower(role) = 'a'",
    "role = 'a'; DROP TABLE x",
    "State = 'OH'",
  ])('and never as something else: %s', (sql) => {
    expect(readSqlFilter(sql)).toBeNull();
  });
});

function received<Request>(route: Route<Request, unknown> | undefined, request: Request) {
  const [wire] = route?.encode(request, NO_HANDLES) ?? [];
  const json = JSON.parse(JSON.stringify(wire?.json));
  return { method: wire?.method ?? '', path: wire?.path ?? '', json };
}

describe('what a dialect sends it also reads', () => {
  const filter: Filter = { state: 'IL', years: { gte: 3 } };
  const search = { collection: 'workers', text: 'welder', k: 10 };
  const retrieve = { collections: ['workers'], text: 'welder', k: 10, filter };
  it('Rust', () => {
    expect(rust.decodeRequest?.(received(rust.search, search))).toEqual({
      operation: 'search',
      request: search,
    });
    expect(rust.decodeRequest?.(received(rust.retrieve, retrieve))).toEqual({
      operation: 'retrieve',
      request: retrieve,
    });
  });
  it('Go, with vectors, several corpora and all of its searches', () => {
    const vector = Float32Array.of(0.5, -2);
    const several = { collections: ['a', 'b'], vector, k: 5, perCollectionK: 3, model: 'm' };
    expect(go.decodeRequest?.(received(go.retrieve, several))?.request).toEqual(several);
    for (const route of Object.values(go.searches ?? {})) {
      expect(go.decodeRequest?.(received(route, search))?.request).toEqual(search);
    }
  });
  it('reads no write, no other path and no broken body', () => {
    for (const dialect of [rust, go]) {
      const broken = [
        { method: 'POST', path: '/vectors/index', json: { index_name: 'a', documents: [] } },
        { method: 'POST', path: '/v1/vectors/index', json: { index: 'a', items: [] } },
        {
          method: 'DELETE',
          path: '/vectors/search',
          json: { index_name: 'a', query: 'q', top_k: 1 },
        },
        { method: 'POST', path: '/query', json: { sql: 'DELETE FROM workers' } },
        { method: 'POST', path: '/vectors/hybrid', json: undefined },
        {
          method: 'POST',
          path: '/v1/matrix/retrieve',
          json: { corpora: [], k: 1, query_text: 'q' },
        },
        { method: 'POST', path: '/v1/matrix/retrieve', json: [] },
      ];
      for (const request of broken) expect(dialect.decodeRequest?.(request)).toBeNull();
    }
    expect(isReadPath(rust, 'POST', '/vectors/search?x=1')).toBe(true);
    expect(isReadPath(rust, 'GET', '/vectors/search')).toBe(false);
    expect(isReadPath(rust, 'POST', '/vectors/index')).toBe(false);
  });
});

describe('a body that says more than is read is another question', () => {
  const bodies: [typeof rust, string, Record<string, unknown>][] = [
    [rust, '/vectors/search', { index_name: 'a', query: 'q', top_k: 1 }],
    [rust, '/vectors/hybrid', { question: 'q', index_name: 'a', top_k: 1 }],
    [go, '/v1/vectors/search', { index: 'a', text: 'q', k: 1 }],
    [go, '/v1/matrix/search', { query_text: 'q', corpora: ['a'], k: 1 }],
    [go, '/v1/matrix/retrieve', { query_text: 'q', corpora: ['a'], k: 1 }],
  ];
  it.each(bodies)('%# at %s', (dialect, path, body) => {
    const read = (more: object, target = path) =>
      dialect.decodeRequest?.({ method: 'POST', path: target, json: { ...body, ...more } }) ?? null;
    const plain = read({});
    expect(plain).not.toBeNull();
    for (const more of [
      { filters: { tenant: 7 } },
      { min_score: 0.8 },
      { offset: 20 },
      { rerank: true },
      { generate: true },
    ]) {
      expect(read(more), JSON.stringify(more)).toBeNull();
    }
    expect(read({}, `${path}?tenant=7`)).toBeNull();
    for (const more of [{ offset: 0 }, { filters: null }]) expect(read(more)).toEqual(plain);
  });
});

describe('an exchange is read as question and answer', () => {
  const body = { index_name: 'workers', query: 'q', top_k: 2 };
  const exchange = (status: number, answer: string) => ({
    atMs: 1,
    method: 'POST',
    path: '/vectors/search',
    requestBody: Buffer.from(JSON.stringify(body)),
    reply: { status, contentType: 'application/json', bytes: Buffer.from(answer) },
    latencyMs: 1,
  });
  const hits = JSON.stringify({ results: [{ doc_id: 'w-1', score: 0.5, metadata: {} }] });
  it.each([
    [200, hits, 'ok'],
    [200, '{"results":[{}]}', 'malformed'],
    [200, '<html>', 'malformed'],
    [429, '', 'throttled'],
    [500, '', 'http'],
  ])('status %i, %s: %s', (status, text, outcome) => {
    const seen = exchange(status, text);
    const question = questionIn(rust, seen);
    expect(question?.request.text).toBe('q');
    if (question === null) return;
    expect(answerIn(rust, seen, question).outcome).toBe(outcome);
    expect(answerIn(rust, { ...seen, reply: null }, question).outcome).toBe('reset');
  });

  it('leaves out what the dialect does not call read-only', () => {
    const strict = { ...rust, takes: { ...rust.takes, readOnly: ['retrieve' as const] } };
    expect(questionIn(strict, exchange(200, hits))).toBeNull();
  });
});
