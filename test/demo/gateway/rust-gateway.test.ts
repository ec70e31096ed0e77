import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Filter } from '../../../src/corpus/types.ts';
import { createRustGateway } from '../../../src/demo/gateway/rust/gateway.ts';
import type { Gateway } from '../../../src/demo/gateway/types.ts';
import { sqlFilter } from '../../../src/wire/json/sql-filter.ts';
import { cosinesOf, exactRanking } from './exact.ts';
import { COLLECTIONS, post, standInEncoder } from './stand-in.ts';

const encoder = standInEncoder();
let gateway: Gateway;

interface Row {
  readonly doc_id: string;
  readonly score: number;
  readonly chunk_text: string;
  readonly metadata: unknown;
}

beforeAll(async () => {
  gateway = await createRustGateway({
    encoder,
    collections: COLLECTIONS,
    limits: { bodySizeBytes: 100_000, textsPerRequest: 4, textLength: 1000 },
  });
});

afterAll(() => gateway.close());

async function hybrid(filter: string | undefined, question = 'welder of town 3', topK = 10) {
  const body = {
    question,
    index_name: 'workers',
    sql_filter: filter,
    top_k: topK,
    generate: false,
  };
  return post(gateway, '/vectors/hybrid', body);
}

async function idsFor(filter: string | undefined): Promise<readonly string[]> {
  const { status, body } = await hybrid(filter, 'welder of town 3', 1000);
  expect(status, String(body.error)).toBe(200);
  return (body.sources as Row[]).map((row) => row.doc_id);
}

describe('routes of the Rust-shaped gateway', () => {
  test('health is the text "lakehouse ok"', async () => {
    const response = await gateway.fetch(new Request('http://gateway/health'));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('lakehouse ok');
  });

  test('embed answers unit vectors that name each float32 exactly', async () => {
    const texts = ['welder of town 3', ''];
    const { status, body } = await post(gateway, '/ai/embed', { texts });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dimensions: 768, model: 'stand-in' });
    const [vector = [], empty = []] = body.embeddings as number[][];
    const squares = vector.reduce((sum, value) => sum + Math.fround(value) ** 2, 0);
    expect(Math.sqrt(squares)).toBeCloseTo(1, 6);
    expect(empty.every((value) => value === 0)).toBe(true);
  });

  test('search ranks by cosine as a float64 brute force does', async () => {
    for (const text of [
      'forklift operator town 4',
      'picker unit 16',
      "driver's mate",
      'worker 9',
    ]) {
      const { body } = await post(gateway, '/vectors/search', {
        index_name: 'workers',
        query: text,
        top_k: 10,
      });
      const rows = body.results as Row[];
      const ranking = await exactRanking(encoder, COLLECTIONS.slice(0, 1), text);
      const ids = rows.map((row) => row.doc_id);
      const { answered, exact } = cosinesOf(ranking, ids, 10);
      expect(new Set(ids).size).toBe(10);
      answered.forEach((cosine, i) => {
        expect(cosine).toBeCloseTo(exact[i] ?? Number.NaN, 6);
        expect(rows[i]?.score).toBeCloseTo(cosine, 6);
      });
    }
  });

  test('hybrid gives text and metadata as they were loaded, and counts what the filter accepts', async () => {
    const { body } = await hybrid(`"years" = 3`, 'welder', 2);
    expect(body.method).toBe('hybrid');
    const expected = COLLECTIONS[0]?.documents.filter(({ metadata }) => metadata.years === 3) ?? [];
    expect(body.sql_matches).toBe(expected.length);
    for (const row of body.sources as Row[]) {
      const document = expected.find(({ id }) => id === row.doc_id);
      expect(row.chunk_text).toBe(document?.text);
      expect(row.metadata).toEqual(document?.metadata);
    }
  });

  test('more rows than there are gives all of them, and no filter is method "vector"', async () => {
    const { body } = await hybrid(undefined, 'welder', 1000);
    expect(body).toMatchObject({ method: 'vector', sql_matches: null });
    expect(body.sources).toHaveLength(120);
  });

  test('index makes a table, adds and widens columns, and replaces an id that exists', async () => {
    const add = (documents: unknown) =>
      post(gateway, '/vectors/index', { index_name: 'new', documents });
    expect(await add([{ id: 'a', text: 'alpha beta', metadata: { n: 1, tag: 'x' } }])).toEqual({
      status: 200,
      body: { index_name: 'new', accepted: 1 },
    });
    await add([{ id: 'b', text: 'gamma', metadata: { n: 2.5, big: 2 ** 40, on: true } }]);
    await add([{ id: 'a', text: 'alpha', metadata: { n: 3, list: ['x', 'y "z"'] } }]);
    const { body } = await post(gateway, '/vectors/hybrid', {
      question: 'alpha',
      index_name: 'new',
      sql_filter: 'n > 2 AND tag IS NULL',
      top_k: 5,
    });
    expect((body.sources as Row[]).map((row) => [row.doc_id, row.chunk_text])).toEqual([
      ['a', 'alpha'],
      ['b', 'gamma'],
    ]);
    const refused = await add([{ id: 'c', text: 'c', metadata: { n: 'text' } }]);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain('metadata field "n"');
    expect((await add([{ id: 'd', text: 'd', metadata: { doc_id: 'x' } }])).status).toBe(400);
    expect((await add([{ id: 'e', text: 'null \0 byte', metadata: {} }])).status).toBe(400);
  });
});

describe('SQL filters', () => {
  const accepted = (filter: Filter) => async () =>
    exactRanking(encoder, COLLECTIONS.slice(0, 1), 'x', filter);

  test('select the rows that the canonical filter accepts, nulls and missing fields included', async () => {
    const scalar = {
      role: fc.constantFrom('Welder', 'welder', "Driver's Mate", 'None'),
      state: fc.constantFrom('IL', 'il', 'Ünter', '🚚', ''),
      years: fc.integer({ min: -1, max: 14 }),
      pay: fc.constantFrom(12.5, 20.25, 42, 1e21),
      note: fc.constantFrom("o'note-7", '\\', '--', '$$'),
    };
    const condition = <Value extends string | number>(values: fc.Arbitrary<Value>) =>
      fc.oneof(
        values,
        fc.record({ in: fc.array(values, { maxLength: 3 }) }),
        fc.record({ gte: values, lte: values }, { requiredKeys: [] }),
      );
    const filters = fc.record(
      {
        role: condition<string>(scalar.role),
        state: condition<string>(scalar.state),
        years: condition<number>(scalar.years),
        pay: condition<number>(scalar.pay),
        note: condition<string>(scalar.note),
        remote: fc.boolean(),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Filter>;
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const expected = (await accepted(filter)()).map(({ id }) => id);
        expect([...(await idsFor(sqlFilter(filter) ?? undefined))].sort()).toEqual(expected.sort());
      }),
      { numRuns: 60 },
    );
  });

  test('keep any text a text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const filter = sqlFilter({ role: text.replaceAll('\0', '') });
        expect(await idsFor(filter ?? undefined)).toEqual([]);
      }),
      { numRuns: 60, examples: [["' OR 1=1 --"], ["'); DROP TABLE workers; --"], ['\\']] },
    );
    expect(await idsFor(undefined)).toHaveLength(120);
  });

  test.each([
    ['nope = 1', 'column "nope" does not exist'],
    ["years = 'x'", 'invalid input syntax'],
    ['years', 'must be type boolean'],
    ['years / 0 = 1', 'division by zero'],
    ['role = = 1', 'syntax error'],
    ['1=1) OR (1=1', 'parenthesis'],
    ['true; DROP TABLE workers', 'more than one statement'],
    ['true -- x', 'comment'],
    ['(SELECT 1) = 1', 'SELECT'],
    ['pg_sleep(1) IS NULL', 'pg_sleep'],
    ['"pg_sleep"(1) IS NULL', 'pg_sleep'],
    ["set_config('transaction_read_only', 'off', false) = 'x'", 'set_config'],
    ["E'\\'' = '' OR true --'", 'strings'],
    ['', 'empty'],
    ['a\0', 'null byte'],
    [`${'('.repeat(65)}true${')'.repeat(65)}`, 'nested'],
  ])('refuse %j with a 400 that says why', async (filter, why) => {
    const { status, body } = await hybrid(filter);
    expect(status).toBe(400);
    expect(body.error).toContain(why);
    expect(await idsFor('years = 3')).toHaveLength(9);
  });

  test('answers under way do not mix', async () => {
    const alone = await Promise.all([3, 5, 7].map((years) => idsFor(`years = ${years}`)));
    const together = await Promise.all(
      Array.from({ length: 30 }, (_, i) => idsFor(`years = ${[3, 5, 7][i % 3]}`)),
    );
    together.forEach((ids, i) => {
      expect(ids).toEqual(alone[i % 3]);
    });
  });
});

test('a table beyond the scan limit gets an index, and a filter still leaves min(k, accepted) rows', async () => {
  const indexed = await createRustGateway({
    encoder,
    collections: COLLECTIONS.slice(0, 1),
    limits: { scanRows: 100 },
  });
  const text = 'forklift operator town 4';
  const ranking = await exactRanking(encoder, COLLECTIONS.slice(0, 1), text, { years: 3 });
  const { body } = await post(indexed, '/vectors/hybrid', {
    question: text,
    index_name: 'workers',
    sql_filter: 'years = 3',
    top_k: 20,
  });
  expect((body.sources as Row[]).map((row) => row.doc_id)).toEqual(ranking.map(({ id }) => id));
  await indexed.close();
});

describe('requests that are refused', () => {
  const search = { index_name: 'workers', query: 'x', top_k: 10 };

  test.each([
    ['no JSON', '/vectors/search', '{"index_name":', 400, 'not valid JSON'],
    ['no object', '/vectors/search', '[1]', 400, 'expected object'],
    ['unknown index', '/vectors/search', { ...search, index_name: 'nope' }, 404, 'unknown index'],
    ['k of 0', '/vectors/search', { ...search, top_k: 0 }, 400, 'top_k'],
    ['k beyond the limit', '/vectors/search', { ...search, top_k: 1001 }, 400, 'top_k'],
    ['k that is no integer', '/vectors/search', { ...search, top_k: 1.5 }, 400, 'top_k'],
    ['no query', '/vectors/search', { index_name: 'workers' }, 400, 'query'],
    ['no texts', '/ai/embed', { texts: [] }, 400, 'texts'],
    ['too many texts', '/ai/embed', { texts: ['', '', '', '', ''] }, 400, 'texts'],
    ['a text too long', '/ai/embed', { texts: ['x'.repeat(1001)] }, 400, 'texts.0'],
    ['another model', '/ai/embed', { texts: ['x'], model: 'other' }, 404, 'unknown model'],
    ['a body too long', '/ai/embed', { texts: ['x'.repeat(100_001)] }, 413, 'longer than'],
    [
      'generation',
      '/vectors/hybrid',
      { question: 'x', index_name: 'workers', generate: true },
      400,
      'generate',
    ],
    ['an unknown route', '/vectors/nope', {}, 404, 'no route'],
  ])('%s', async (_what, path, sent, status, why) => {
    const answer = await post(gateway, path, sent);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(why);
  });

  test('a body that is not declared to be JSON', async () => {
    const answer = await post(gateway, '/vectors/search', search, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });
});
