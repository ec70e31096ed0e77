import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Filter } from '../../../src/corpus/types.ts';
import { createGoGateway } from '../../../src/demo/gateway/go/gateway.ts';
import type { Gateway } from '../../../src/demo/gateway/types.ts';
import { cosinesOf, exactRanking } from './exact.ts';
import { COLLECTIONS, post, standInEncoder } from './stand-in.ts';

const encoder = standInEncoder();
let gateway: Gateway;

interface Row {
  readonly id: string;
  readonly distance: number;
  readonly corpus?: string;
  readonly metadata: unknown;
}

beforeAll(async () => {
  gateway = await createGoGateway({
    encoder,
    collections: COLLECTIONS,
    limits: { bodySizeBytes: 100_000, textsPerRequest: 4, textLength: 1000 },
  });
});

afterAll(() => gateway.close());

async function retrieve(body: Record<string, unknown>, path = '/v1/matrix/retrieve') {
  const answer = await post(gateway, path, { corpora: ['workers'], k: 10, ...body });
  return { ...answer, rows: (answer.body.results ?? []) as readonly Row[] };
}

async function idsFor(filter: Filter | undefined): Promise<readonly string[]> {
  const { status, rows } = await retrieve({ query_text: 'x', metadata_filter: filter, k: 1000 });
  expect(status).toBe(200);
  return rows.map((row) => row.id);
}

describe('routes of the Go-shaped gateway', () => {
  test('health is JSON', async () => {
    const response = await gateway.fetch(new Request('http://gateway/health'));
    expect(await response.json()).toEqual({ status: 'ok', service: 'gateway' });
  });

  test('embed answers the raw vectors of the encoder, each float32 exactly', async () => {
    const texts = ['welder of town 3', 'picker'];
    const { body } = await post(gateway, '/v1/embed', { texts, model: 'stand-in' });
    expect(body).toMatchObject({ dimension: 768, model: 'stand-in' });
    const vectors = (body.vectors as number[][]).map((vector) => Float32Array.from(vector));
    expect(vectors).toEqual(await encoder.embed(texts, 'raw'));
  });

  test.each(['/v1/matrix/retrieve', '/v1/matrix/search'])(
    '%s ranks by cosine as a float64 brute force does, whatever the number of rows',
    async (path) => {
      for (const [text, k] of [
        ['forklift operator town 4', 10],
        ['picker unit 16', 1],
        ["driver's mate", 120],
        ['worker 9', 1000],
      ] as const) {
        const { rows } = await retrieve({ query_text: text, k }, path);
        const ranking = await exactRanking(encoder, COLLECTIONS.slice(0, 1), text);
        const { answered, exact } = cosinesOf(
          ranking,
          rows.map((row) => row.id),
          k,
        );
        expect(new Set(rows.map((row) => row.id)).size).toBe(Math.min(k, 120));
        answered.forEach((cosine, i) => {
          expect(cosine).toBeCloseTo(exact[i] ?? Number.NaN, 6);
          expect(1 - (rows[i]?.distance ?? Number.NaN)).toBeCloseTo(cosine, 6);
        });
      }
    },
  );

  test('several corpora are merged by distance, cut to k and counted', async () => {
    const text = 'town 4 needs a forklift operator';
    const { rows, body } = await retrieve({
      query_text: text,
      corpora: ['workers', 'jobs'],
      k: 12,
    });
    const ranking = await exactRanking(encoder, COLLECTIONS, text);
    const { answered, exact } = cosinesOf(
      ranking,
      rows.map((row) => row.id),
      12,
    );
    answered.forEach((cosine, i) => {
      expect(cosine).toBeCloseTo(exact[i] ?? Number.NaN, 6);
    });
    expect(new Set(rows.map((row) => row.corpus))).toEqual(new Set(['workers', 'jobs']));
    expect(body.per_corpus).toEqual({ workers: 12, jobs: 12 });
    const cut = await retrieve({
      query_text: text,
      corpora: ['workers', 'jobs'],
      k: 12,
      per_corpus_k: 2,
    });
    expect(cut.body.per_corpus).toEqual({ workers: 2, jobs: 2 });
    expect(cut.rows).toHaveLength(4);
  });

  test('a vector of any length ranks as its text does, since the distance is cosine', async () => {
    const [vector = new Float32Array()] = await encoder.embed(['welder town 3'], 'raw');
    const byText = await retrieve({ query_text: 'welder town 3' });
    const byVector = await retrieve({ query_vector: Array.from(vector, (value) => value * 8) });
    expect(byVector.rows).toEqual(byText.rows);
    const search = await post(gateway, '/v1/vectors/search', {
      index: 'workers',
      vector: Array.from(vector),
      k: 10,
    });
    expect(search.body.results).toEqual(byText.rows.map(({ corpus: _corpus, ...row }) => row));
  });

  test('index makes an index, add needs one, and an id that exists is replaced', async () => {
    const [alpha = [], beta = [], gamma = []] = (
      await encoder.embed(['alpha', 'beta', 'gamma'], 'raw')
    ).map((vector) => Array.from(vector));
    const add = (path: string, items: unknown) => post(gateway, path, { index: 'new', items });
    const first = [{ id: 'a', vector: beta, metadata: { tag: 'old' } }];
    expect((await add('/v1/vectors/index/add', first)).status).toBe(404);
    expect((await add('/v1/vectors/index', first)).body).toEqual({ index: 'new', accepted: 1 });
    await add('/v1/vectors/index/add', [
      { id: 'a', vector: alpha, metadata: { tag: 'new' } },
      { id: 'b', vector: gamma },
    ]);
    const { rows } = await retrieve({ query_text: 'alpha', corpora: ['new'] });
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(rows[0]?.distance).toBeCloseTo(0, 6);
    const old = await retrieve({
      query_text: 'alpha',
      corpora: ['new'],
      metadata_filter: { tag: 'old' },
    });
    expect(old.rows).toEqual([]);
  });

  test('an index grows beyond the room it began with', async () => {
    const vectors = await encoder.embed(
      Array.from({ length: 300 }, (_, i) => `item ${i}`),
      'raw',
    );
    const wide = await createGoGateway({ encoder, collections: [] });
    for (let from = 0; from < 300; from += 100) {
      const items = vectors
        .slice(from, from + 100)
        .map((vector, i) => ({ id: `i-${from + i}`, vector: Array.from(vector) }));
      expect((await post(wide, '/v1/vectors/index', { index: 'wide', items })).status).toBe(200);
    }
    const answer = await post(wide, '/v1/vectors/search', {
      index: 'wide',
      text: 'item 7',
      k: 300,
    });
    expect(answer.body.results).toHaveLength(300);
    await wide.close();
  });
});

describe('metadata filters', () => {
  test('select the rows that the canonical filter accepts, whatever the types', async () => {
    const scalar = fc.constantFrom<string | number | boolean>(
      ...['Welder', 'welder', "Driver's Mate", 'IL', 'Ünter', '🚚', '\ufffd', '', '1', 'true'],
      ...[-1, 0, 1, 3, 12.5, 20.25, 1e21, true, false],
    );
    const bound = fc.constantFrom<string | number>('IL', 'Ünter', '\uffff', 'a', 0, 3, 12, 30.5);
    const condition = fc.oneof(
      scalar,
      fc.record({ in: fc.array(scalar, { maxLength: 4 }) }),
      fc.record({ gte: bound, lte: bound }, { requiredKeys: [] }),
    );
    const field = fc.constantFrom(
      ...[
        'role',
        'state',
        'years',
        'pay',
        'remote',
        'skills',
        'note',
        'nope',
        "a'b",
        'constructor',
      ],
    );
    const filters = fc.dictionary(field, condition, { maxKeys: 3 }) as fc.Arbitrary<Filter>;
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const ranking = await exactRanking(encoder, COLLECTIONS.slice(0, 1), 'x', filter);
        expect([...(await idsFor(filter))].sort()).toEqual(ranking.map(({ id }) => id).sort());
      }),
      { numRuns: 150 },
    );
  });

  test('leave min(k, accepted) rows, ranked', async () => {
    const filter = { years: { gte: 11 } };
    const text = 'forklift operator town 4';
    const ranking = await exactRanking(encoder, COLLECTIONS.slice(0, 1), text, filter);
    for (const k of [1, 10, ranking.length, 100]) {
      const { rows } = await retrieve({ query_text: text, metadata_filter: filter, k });
      expect(rows).toHaveLength(Math.min(k, ranking.length));
      rows.forEach((row, i) => {
        expect(1 - row.distance).toBeCloseTo(ranking[i]?.cosine ?? Number.NaN, 6);
      });
    }
  });
});

describe('requests that are refused', () => {
  const matrix = { query_text: 'x', corpora: ['workers'], k: 10 };
  const vector = new Array(768).fill(1);

  test.each<[string, string, unknown, number, string]>([
    ['no JSON', '/v1/matrix/retrieve', '{', 400, 'not valid JSON'],
    [
      'unknown corpus',
      '/v1/matrix/retrieve',
      { ...matrix, corpora: ['workers', 'x'] },
      404,
      'index x',
    ],
    ['no corpus', '/v1/matrix/retrieve', { ...matrix, corpora: [] }, 400, 'corpora'],
    ['k of 0', '/v1/matrix/retrieve', { ...matrix, k: 0 }, 400, 'k'],
    ['k beyond the limit', '/v1/matrix/retrieve', { ...matrix, k: 1001 }, 400, 'k'],
    ['neither text nor vector', '/v1/matrix/retrieve', { corpora: ['workers'] }, 400, 'either'],
    ['text and vector', '/v1/matrix/retrieve', { ...matrix, query_vector: vector }, 400, 'either'],
    [
      'a vector of another length',
      '/v1/vectors/search',
      { index: 'workers', vector: [1] },
      400,
      '768',
    ],
    [
      'a vector with a null',
      '/v1/vectors/search',
      { index: 'workers', vector: [...vector.slice(1), null] },
      400,
      'vector.767',
    ],
    [
      'a vector beyond float32',
      '/v1/vectors/search',
      { index: 'workers', vector: [1e39, ...vector.slice(1)] },
      400,
      'vector.0',
    ],
    [
      'an unknown condition',
      '/v1/matrix/retrieve',
      { ...matrix, metadata_filter: { a: { gt: 1 } } },
      400,
      'metadata_filter.a',
    ],
    [
      'a field that JSON has and an object has not',
      '/v1/matrix/retrieve',
      '{"query_text":"x","corpora":["workers"],"metadata_filter":{"__proto__":"x"}}',
      400,
      '__proto__',
    ],
    [
      'a filter that is no object',
      '/v1/matrix/retrieve',
      { ...matrix, metadata_filter: 'a' },
      400,
      'metadata_filter',
    ],
    ['another model', '/v1/matrix/retrieve', { ...matrix, model: 'other' }, 404, 'unknown model'],
    ['too many texts', '/v1/embed', { texts: ['', '', '', '', ''] }, 400, 'texts'],
    ['a body too long', '/v1/embed', { texts: ['x'.repeat(100_001)] }, 413, 'longer than'],
    [
      'an item of another dimension',
      '/v1/vectors/index',
      { index: 'bad', items: [{ id: 'a', vector: [1] }] },
      400,
      'items.0.vector',
    ],
    ['an unknown route', '/v1/nope', {}, 404, 'no route'],
  ])('%s', async (_what, path, sent, status, why) => {
    const answer = await post(gateway, path, sent);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(why);
  });
});
