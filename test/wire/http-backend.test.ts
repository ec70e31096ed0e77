import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { UnsupportedRequestError } from '../../src/wire/dialect.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { connect, json, serve, textDialect } from './loopback.ts';

describe('a backend behind HTTP', () => {
  it('ends as unsupported where the dialect lacks the operation, without a request', async () => {
    const { url, received } = await serve(json({}));
    const backend = connect({ url, dialect: textDialect() });
    const outcomes = await Promise.all([
      backend.embed({ texts: ['a'], kind: 'query' }),
      backend.search({ collection: 'c', text: 'a', k: 1 }),
      backend.retrieve({ collections: ['c'], text: 'a', k: 1 }),
      backend.ingest({ collection: 'c', documents: [] }),
    ]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(4).fill('unsupported'));
    expect(outcomes[0]).toMatchObject({ status: null, detail: 'text has no embed', sizeBytes: 0 });
    expect(received).toEqual([]);
  });

  it('ends as unsupported where the dialect cannot express the request', async () => {
    const dialect: Dialect = {
      ...textDialect(),
      embed: {
        path: '/e',
        encode: () => {
          throw new UnsupportedRequestError('no\nembedding here');
        },
        decode: () => ({ vectors: [], dimension: 0, model: null }),
      },
    };
    const backend = connect({ url: 'http://127.0.0.1:1', dialect });
    expect(await backend.embed({ texts: [], kind: 'query' })).toMatchObject({
      kind: 'unsupported',
      detail: 'no embedding here',
    });
  });

  it('blames the dialect, not the backend, when its encode breaks', async () => {
    const dialect: Dialect = {
      ...textDialect(),
      health: {
        path: '/health',
        encode: () => {
          throw new TypeError('x is undefined');
        },
        decode: () => ({ service: null, version: null }),
      },
    };
    const backend = connect({ url: 'http://127.0.0.1:1', dialect });
    await expect(backend.health()).rejects.toThrow(UsageError);
    await expect(backend.health()).rejects.toThrow(
      'dialect text: encoding health failed: x is undefined',
    );
  });

  it('ends as malformed whatever the decode of a dialect throws, secrets taken out', async () => {
    const { url } = await serve(json({}));
    const dialect: Dialect = {
      ...textDialect(),
      health: {
        path: '/health',
        encode: () => [{ method: 'GET', path: '/health' }],
        decode: () => {
          throw new RangeError('odd: hunter2');
        },
      },
    };
    const backend = connect({ url, dialect, headers: { key: 'hunter2' } });
    expect(await backend.health()).toMatchObject({
      kind: 'malformed',
      status: 200,
      sizeBytes: 2,
      detail: 'odd: [key]',
    });
  });

  it('passes the signal on', async () => {
    const backend = connect({ url: 'http://127.0.0.1:1', dialect: goLakehouse() });
    const aborted = AbortSignal.abort();
    expect((await backend.health(aborted)).kind).toBe('aborted');
    expect((await backend.embed({ texts: ['a'], kind: 'query' }, aborted)).kind).toBe('aborted');
  });
});

describe.each([
  ['rust-lakehouse', rustLakehouse(), 'embeddings', 'dimensions'],
  ['go-lakehouse', goLakehouse(), 'vectors', 'dimension'],
] as const)('embed through %s', (_name, dialect, rows, dimension) => {
  const embed = async (body: unknown, texts = ['a', 'b']) => {
    const { url } = await serve(json(body));
    return connect({ url, dialect }).embed({ texts, kind: 'query' });
  };

  it('gives one Float32Array a text', async () => {
    const outcome = await embed({
      [rows]: [
        [1, 0.1],
        [-2, 3e38],
      ],
      [dimension]: 2,
      model: 'm',
      extra: {},
    });
    expect(outcome).toMatchObject({
      kind: 'ok',
      value: {
        vectors: [Float32Array.of(1, 0.1), Float32Array.of(-2, 3e38)],
        dimension: 2,
        model: 'm',
      },
    });
  });

  it('gives model null where none is named', async () => {
    const outcome = await embed({ [rows]: [[1], [2]], [dimension]: 1 });
    expect(outcome).toMatchObject({ kind: 'ok', value: { model: null } });
  });

  it.each([
    [{ [rows]: [[1]], [dimension]: 1 }, `${rows}: expected 2 vectors, got 1`],
    [{ [rows]: [[1], [1], [1]], [dimension]: 1 }, `${rows}: expected 2 vectors, got 3`],
    [
      { [rows]: [[1, 2], [1]], [dimension]: 2 },
      `${rows}[1]: expected 2 numbers as the body's dimension says, got 1`,
    ],
    [{ [rows]: [[1], [null]], [dimension]: 1 }, `${rows}[1][0]: expected number, got null`],
    [{ [rows]: [[1], ['NaN']], [dimension]: 1 }, `${rows}[1][0]: expected number, got string`],
    [{ [rows]: [[1], [1e39]], [dimension]: 1 }, `${rows}[1][0]: expected a finite float32`],
    [{ [rows]: [[1], 7], [dimension]: 1 }, `${rows}[1]: expected an array`],
    [{ [rows]: [[], []], [dimension]: 0 }, `${dimension}: expected number to be >0`],
    [{ [rows]: [[1], [2]] }, `${dimension}: expected number, got nothing`],
    [{ [dimension]: 1 }, `${rows}: expected array, got nothing`],
  ])('%j is malformed', async (body, detail) => {
    expect(await embed(body)).toMatchObject({ kind: 'malformed', status: 200, detail });
  });

  it('is malformed for an infinite number, which JSON can spell as 1e999', async () => {
    const outcome = await embed(`{"${rows}":[[1],[1e999]],"${dimension}":1}`);
    expect(outcome).toMatchObject({ detail: `${rows}[1][0]: expected a finite float32` });
  });
});

describe.each([
  ['rust-lakehouse search', rustLakehouse(), 'search', 'results', 'doc_id', 'score'],
  ['rust-lakehouse retrieve', rustLakehouse(), 'retrieve', 'sources', 'doc_id', 'score'],
  ['go-lakehouse search', goLakehouse(), 'search', 'results', 'id', 'distance'],
  ['go-lakehouse retrieve', goLakehouse(), 'retrieve', 'results', 'id', 'distance'],
] as const)('hits through %s', (_name, dialect, operation, rows, id, score) => {
  const ask = async (answer: Parameters<typeof serve>[0]) => {
    const { url } = await serve(answer);
    const backend = connect({ url, dialect });
    return operation === 'search'
      ? backend.search({ collection: 'workers', text: 'q', k: 3 })
      : backend.retrieve({ collections: ['workers'], text: 'q', k: 3 });
  };

  it('come in response order, duplicates, rising scores and surplus rows included', async () => {
    const body = {
      [rows]: ['w-1', 'w-2', 'w-1', 'w-3'].map((name, i) => ({
        [id]: name,
        [score]: 0.1 * i,
        more: 1,
      })),
      method: 'x',
    };
    const outcome = await ask(json(body));
    if (outcome.kind !== 'ok') throw new Error(outcome.detail);
    expect(outcome.value.hits.map((hit) => hit.id)).toEqual(['w-1', 'w-2', 'w-1', 'w-3']);
    expect(outcome.value.hits.map((hit) => hit.rawScore)).toEqual([0, 0.1, 0.2, 0.1 * 3]);
    expect(outcome.value.hits.every((hit) => hit.collection === 'workers')).toBe(true);
    expect(outcome.value.hits[0]).not.toHaveProperty('metadata');
  });

  it('may be none', async () => {
    expect(await ask(json({ [rows]: [] }))).toMatchObject({ kind: 'ok', value: { hits: [] } });
  });

  it('carry their metadata', async () => {
    const metadata = { role: 'Welder', years: 3, skills: ['a'], gone: null };
    const outcome = await ask(json({ [rows]: [{ [id]: 'a', [score]: 0, metadata }] }));
    expect(outcome).toMatchObject({ kind: 'ok', value: { hits: [{ metadata }] } });
  });

  const row = { [id]: 'a', [score]: 0.5 };
  it.each([
    [
      { [rows]: [row, row, row, { [id]: 'b', [score]: null }] },
      `${rows}[3].${score}: expected number, got null`,
    ],
    [{ [rows]: [{ ...row, [score]: '0.5' }] }, `${rows}[0].${score}: expected number, got string`],
    [{ [rows]: [{ ...row, [score]: 'NaN' }] }, `${rows}[0].${score}: expected number, got string`],
    [{ [rows]: [{ [id]: 'a' }] }, `${rows}[0].${score}: expected number, got nothing`],
    [{ [rows]: [{ [score]: 1 }] }, `${rows}[0].${id}: expected string, got nothing`],
    [{ [rows]: [{ ...row, [id]: 7 }] }, `${rows}[0].${id}: expected string, got number`],
    [{ [rows]: [null] }, `${rows}[0]: expected object, got null`],
    [{ [rows]: 'none' }, `${rows}: expected array, got string`],
    [{ [rows]: null }, `${rows}: expected array, got null`],
    [{}, `${rows}: expected array, got nothing`],
    [[], 'body: expected object, got array'],
    ['null', 'body: expected object, got null'],
    [
      `{"${rows}":[{"${id}":"a","${score}":1e999}]}`,
      `${rows}[0].${score}: expected number, got Infinity`,
    ],
    [`{"${rows}":[{"${id}":"a","${score}":NaN}]}`, /^invalid JSON in a body of \d+ bytes$/],
    [`{"${rows}":[`, /^invalid JSON in a body of \d+ bytes$/],
    ['', 'expected JSON, got an empty body'],
    ['\ufeff', 'expected JSON, got an empty body'],
  ])('%j is malformed', async (body, detail) => {
    const expected = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(await ask(json(body))).toMatchObject({
      kind: 'malformed',
      status: 200,
      detail: expected,
    });
  });

  it.each([
    ['text/html; charset=utf-8', 'expected JSON, got text/html'],
    ['text/plain', 'expected JSON, got text/plain'],
    [undefined, 'expected JSON, got no content-type'],
  ])('with content-type %s are malformed', async (type, detail) => {
    const outcome = await ask((_request, response) => {
      response.writeHead(200, type === undefined ? {} : { 'content-type': type });
      response.end(JSON.stringify({ [rows]: [] }));
    });
    expect(outcome).toMatchObject({ kind: 'malformed', detail });
  });

  it.each(['application/json; charset=UTF-8', 'Application/JSON', 'application/problem+json'])(
    'with content-type %s are read',
    async (type) => {
      const outcome = await ask((_request, response) => {
        response.writeHead(200, { 'content-type': type }).end(JSON.stringify({ [rows]: [] }));
      });
      expect(outcome.kind).toBe('ok');
    },
  );

  it('that are not UTF-8 are malformed', async () => {
    const outcome = await ask((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.from([0x22, 0xff, 0x22]));
    });
    expect(outcome).toMatchObject({ kind: 'malformed', detail: 'expected UTF-8 text' });
  });
});
