import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTraffic } from '../../src/traffic/read/read-traffic.ts';
import { createRedactor } from '../../src/traffic/redact/redactor.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { adaptBytes, type FieldMapping } from '../../src/wire/field-mapping.ts';
import { readQuestion } from '../../src/wire/http/seen-exchange.ts';
import { parseExact } from '../../src/wire/json/exact-json.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

const LARGE = '9007199254740993';

describe('a question with a whole number beyond 2^53 is not read', () => {
  const asked = (dialect: Dialect, path: string, text: string) =>
    readQuestion(dialect, { method: 'POST', path, body: Buffer.from(text) });
  const hybrid = (sql: string) =>
    asked(
      rustLakehouse(),
      '/vectors/hybrid',
      JSON.stringify({ question: 'q', index_name: 'a', top_k: 10, sql_filter: sql }),
    );
  const matrix = (filter: string) =>
    asked(
      goLakehouse(),
      '/v1/matrix/retrieve',
      `{"query_text":"q","corpora":["a"],"k":10,"metadata_filter":${filter}}`,
    );
  it.each([`"a" = ${LARGE}`, `"a" IN (1, ${LARGE})`, `"a" >= -${LARGE}`, `"a" = ${LARGE}.0`])(
    '%s',
    (sql) => expect(hybrid(sql)).toBeNull(),
  );
  it.each([`{"a":${LARGE}}`, `{"a":{"in":[1,${LARGE}]}}`, `{"a":{"lte":${LARGE}}}`])(
    '%s',
    (filter) => expect(matrix(filter)).toBeNull(),
  );
  it('nor does a dialect of one’s own pass it on', () => {
    const own: Dialect = {
      ...goLakehouse(),
      decodeRequest: ({ json }) => ({
        operation: 'search',
        request: { collection: 'a', text: 'q', k: 1, filter: json as never },
      }),
    };
    expect(asked(own, '/x', `{"a":${LARGE}}`)).toBeNull();
    expect(asked(own, '/x', '{"a":9007199254740991}')).not.toBeNull();
  });
  it('but the greatest exact one is', () => {
    expect(hybrid('"a" = 9007199254740991')?.request.filter).toEqual({ a: 2 ** 53 - 1 });
    expect(matrix('{"a":9007199254740991}')?.request.filter).toEqual({ a: 2 ** 53 - 1 });
  });
});

describe('answers of a log keep ids of 64 bits', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'large-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('as text, as JSON, and with a time in nanoseconds', async () => {
    const dialect: Dialect = {
      name: 'mine',
      fingerprint: 'mine@1',
      health: { path: '/health', encode: () => [], decode: () => ({ service: '', version: null }) },
      search: {
        path: '/search',
        encode: () => [],
        decode: ([reply]) => {
          const { ids } = parseExact(new TextDecoder().decode(reply?.bytes)) as { ids: unknown[] };
          const hits = ids.map((id) => ({ id: String(id), similarity: 1, rawScore: 1 }));
          return { hits: hits.map((hit) => ({ ...hit, collection: 'a' })) };
        },
      },
      decodeRequest: ({ path }) =>
        path === '/search'
          ? { operation: 'search', request: { collection: 'a', text: 'q', k: 10 } }
          : null,
    };
    const line = (response: string, time: string) =>
      `{"time":${time},"method":"POST","path":"/search","status":200,"body":{},"response":${response}}`;
    const answer = `{"ids":[${LARGE}]}`;
    const path = join(folder, 'access.jsonl');
    const lines = [line(answer, '1764300000123456789'), line(JSON.stringify(answer), '1764300000')];
    await writeFile(path, lines.join('\n'));
    const { asked } = await readTraffic(path, {
      dialect,
      prefix: '',
      redactor: createRedactor(),
      plain: { operation: 'search', collections: ['a'], k: 10 },
    });
    expect(asked.map((entry) => entry.answer?.ids)).toEqual([[LARGE], [LARGE]]);
    expect(asked.map(({ atMs }) => Math.round(atMs ?? 0))).toEqual([1764300000123, 1764300000000]);
  });
});

it('a mapped answer keeps them, as numbers and as texts', () => {
  const mapped = (kind: 'identity' | 'number-to-string' | 'string-to-number', id: string) => {
    const mapping: FieldMapping = {
      incumbentPath: 'hits[].id',
      candidatePath: 'results[].id',
      operation: { kind },
      lossy: false,
    };
    const bytes = new TextEncoder().encode(`{"results":[{"id":${id}}]}`);
    return new TextDecoder().decode(adaptBytes([mapping], bytes));
  };
  expect(mapped('identity', LARGE)).toBe(`{"hits":[{"id":${LARGE}}]}`);
  expect(mapped('number-to-string', LARGE)).toBe(`{"hits":[{"id":"${LARGE}"}]}`);
  expect(mapped('string-to-number', `"${LARGE}"`)).toBe(`{"hits":[{"id":${LARGE}}]}`);
});
