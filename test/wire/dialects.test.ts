import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { NO_HANDLES, type Route } from '../../src/wire/dialect.ts';
import { type GoLakehouseOptions, goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import type { SearchRequest } from '../../src/wire/operations.ts';
import { connect, json, serve } from './loopback.ts';

const rust = rustLakehouse();
const go = goLakehouse();
const vector = Float32Array.of(0.1, -2);
const filter = { state: 'IL', years: { gte: 3 } };

/** What goes over the wire: JSON text drops fields that are undefined. */
function bodies<Request>(route: Route<Request, unknown> | undefined, request: Request): unknown {
  return route
    ?.encode(request, NO_HANDLES)
    .map(({ method, path, json: body }) => [method, path, JSON.parse(JSON.stringify(body))]);
}

const hitsReply = (body: unknown) => ({
  status: 200,
  contentType: 'application/json',
  bytes: Buffer.from(JSON.stringify(body)),
});

describe('the Rust gateway', () => {
  it('is asked as documented and assumed', () => {
    expect(
      rust.embed?.encode({ texts: ['a'], kind: 'query', model: 'nomic-embed-text' }, NO_HANDLES),
    ).toEqual([
      { method: 'POST', path: '/ai/embed', json: { texts: ['a'], model: 'nomic-embed-text' } },
    ]);
    expect(bodies(rust.search, { collection: 'workers', text: 'q', k: 10, model: 'm' })).toEqual([
      ['POST', '/vectors/search', { index_name: 'workers', query: 'q', top_k: 10 }],
    ]);
    expect(bodies(rust.retrieve, { collections: ['workers'], text: 'q', k: 10, filter })).toEqual([
      [
        'POST',
        '/vectors/hybrid',
        {
          question: 'q',
          index_name: 'workers',
          sql_filter: `"state" = 'IL' AND "years" >= 3`,
          top_k: 10,
          generate: false,
        },
      ],
    ]);
    expect(bodies(rust.retrieve, { collections: ['a'], text: 'q', k: 10, filter: {} })).toEqual([
      ['POST', '/vectors/hybrid', { question: 'q', index_name: 'a', top_k: 10, generate: false }],
    ]);
  });

  it('is asked once a collection, and the answers are merged by score and cut to k', async () => {
    const { url, received } = await serve((request, response, raw) => {
      const { index_name: index } = request.json as { index_name: string };
      const scores = index === 'workers' ? [0.9, 0.5] : [0.7, 0.6];
      json({
        sources: scores.map((score, i) => ({ doc_id: `${index}-${i}`, score, chunk_text: '' })),
        sql_matches: null,
        method: 'hybrid',
      })(request, response, raw);
    });
    const outcome = await connect({ url, dialect: rust }).retrieve({
      collections: ['workers', 'jobs'],
      text: 'q',
      k: 3,
      perCollectionK: 5,
    });
    expect(received.map((request) => request.json)).toMatchObject([
      { index_name: 'workers', top_k: 5 },
      { index_name: 'jobs', top_k: 5 },
    ]);
    if (outcome.kind !== 'ok') throw new Error(outcome.detail);
    expect(outcome.value.hits.map((hit) => [hit.collection, hit.id, hit.similarity])).toEqual([
      ['workers', 'workers-0', 0.9],
      ['jobs', 'jobs-0', 0.7],
      ['jobs', 'jobs-1', 0.6],
    ]);
  });

  it.each([
    ['a vector', 'search', { collection: 'c', vector, k: 1 }],
    ['a vector', 'retrieve', { collections: ['c'], vector, k: 1 }],
    ['a vector beside a text', 'search', { collection: 'c', text: 'q', vector, k: 1 }],
    ['nothing to look for', 'search', { collection: 'c', k: 1 }],
    ['a filter', 'search', { collection: 'c', text: 'q', k: 1, filter }],
    ['no collection', 'retrieve', { collections: [], text: 'q', k: 1 }],
    [
      'a filter without SQL',
      'retrieve',
      { collections: ['c'], text: 'q', k: 1, filter: { a: '\0' } },
    ],
  ])('cannot take %s in %s', async (_what, operation, request) => {
    const backend = connect({ url: 'http://127.0.0.1:1', dialect: rust });
    const outcome = await backend[operation as 'search'](request as SearchRequest);
    expect(outcome.kind).toBe('unsupported');
  });

  it('is healthy when it says `lakehouse ok`', async () => {
    const { url } = await serve((_request, response) => response.end('lakehouse ok\n'));
    expect(await connect({ url, dialect: rust }).health()).toMatchObject({
      kind: 'ok',
      value: { service: 'lakehouse', version: null },
    });
  });

  it.each([
    ['text/html', 'lakehouse ok', 'expected the text "lakehouse ok", got text/html'],
    ['text/plain', 'ok', 'expected the text "lakehouse ok", got another'],
  ])('is malformed when health is %s %s', async (type, text, detail) => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(text),
    );
    expect(await connect({ url, dialect: rust }).health()).toMatchObject({
      kind: 'malformed',
      detail,
    });
  });

  it('takes documents without vectors', async () => {
    const { url, received } = await serve(json({ accepted: 1 }));
    const documents = [{ id: 'w-1', text: 't', metadata: { a: 1 }, vector }];
    const outcome = await connect({ url, dialect: rust }).ingest({
      collection: 'workers',
      documents,
    });
    expect(outcome).toMatchObject({ kind: 'ok', value: { accepted: 1 } });
    expect(received[0]).toMatchObject({ path: '/vectors/index' });
    expect(received[0]?.json).toEqual({
      index_name: 'workers',
      documents: [{ id: 'w-1', text: 't', metadata: { a: 1 } }],
    });
  });
});

describe('the Go gateway', () => {
  it('is asked as documented and assumed', () => {
    expect(go.embed?.encode({ texts: ['a'], kind: 'query', model: 'm' }, NO_HANDLES)).toEqual([
      { method: 'POST', path: '/v1/embed', json: { texts: ['a'], model: 'm' } },
    ]);
    expect(
      bodies(go.search, { collection: 'workers', text: 'q', k: 10, filter, model: 'm' }),
    ).toEqual([
      [
        'POST',
        '/v1/matrix/search',
        { query_text: 'q', corpora: ['workers'], k: 10, metadata_filter: filter, model: 'm' },
      ],
    ]);
    expect(
      bodies(go.retrieve, {
        collections: ['workers', 'jobs'],
        vector,
        k: 10,
        perCollectionK: 20,
        filter: {},
      }),
    ).toEqual([
      [
        'POST',
        '/v1/matrix/retrieve',
        { query_vector: Array.from(vector), corpora: ['workers', 'jobs'], k: 10, per_corpus_k: 20 },
      ],
    ]);
    const indexed = goLakehouse({ searchPath: '/v1/vectors/search' });
    expect(bodies(indexed.search, { collection: 'workers', vector, k: 5, model: 'm' })).toEqual([
      [
        'POST',
        '/v1/vectors/search',
        { index: 'workers', vector: Array.from(vector), k: 5, model: 'm' },
      ],
    ]);
  });

  it('gives float32 vectors that come back bit for bit', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 }),
        (sent) => {
          const [request] =
            go.search?.encode({ collection: 'c', vector: sent, k: 1 }, NO_HANDLES) ?? [];
          const text = JSON.stringify(request?.json);
          const back = (JSON.parse(text) as { query_vector: number[] }).query_vector;
          expect(Float32Array.from(back)).toEqual(sent.map((value) => value + 0));
        },
      ),
    );
  });

  it('names the corpus of each hit; where it does not, only a single one asked can be meant', () => {
    const body = {
      results: [
        { id: 'a', distance: 0.1, corpus: 'jobs' },
        { id: 'b', distance: 0.2 },
      ],
      per_corpus: {},
    };
    const decode = (collections: string[]) =>
      go.retrieve
        ?.decode([hitsReply(body)], { collections, text: 'q', k: 2 })
        .hits.map((hit) => hit.collection);
    expect(decode(['workers', 'jobs'])).toEqual(['jobs', null]);
    expect(decode(['jobs'])).toEqual(['jobs', 'jobs']);
  });

  it.each([
    ['a text beside a vector', go, 'search', { collection: 'c', text: 'q', vector, k: 1 }],
    ['nothing to look for', go, 'retrieve', { collections: ['c'], k: 1 }],
    ['no collection', go, 'retrieve', { collections: [], text: 'q', k: 1 }],
    [
      'a filter in one index',
      goLakehouse({ searchPath: '/v1/vectors/search' }),
      'search',
      { collection: 'c', text: 'q', k: 1, filter },
    ],
    [
      'documents without vectors',
      go,
      'ingest',
      { collection: 'c', documents: [{ id: 'a', text: '', metadata: {} }] },
    ],
  ])('cannot take %s', async (_what, dialect, operation, request) => {
    const backend = connect({ url: 'http://127.0.0.1:1', dialect });
    const outcome = await backend[operation as 'search'](request as unknown as SearchRequest);
    expect(outcome.kind).toBe('unsupported');
  });

  it.each([
    [
      { status: 'ok', service: 'gateway' },
      { kind: 'ok', value: { service: 'gateway', version: null } },
    ],
    [
      { status: 'ok', version: '1.2' },
      { kind: 'ok', value: { service: null, version: '1.2' } },
    ],
    [{ status: 'degraded' }, { kind: 'malformed', detail: 'status: expected "ok"' }],
  ])('health %j', async (body, expected) => {
    const { url } = await serve(json(body));
    expect(await connect({ url, dialect: go }).health()).toMatchObject(expected);
  });

  it('takes documents with vectors', async () => {
    const { url, received } = await serve(json({ accepted: 1 }));
    const documents = [{ id: 'w-1', text: 't', metadata: { a: 1 }, vector }];
    const outcome = await connect({ url, dialect: go }).ingest({
      collection: 'workers',
      documents,
    });
    expect(outcome).toMatchObject({ kind: 'ok', value: { accepted: 1 } });
    expect(received[0]?.json).toEqual({
      index: 'workers',
      items: [{ id: 'w-1', vector: Array.from(vector), metadata: { a: 1 } }],
    });
  });

  it('refuses a search path it does not know', () => {
    const options = { searchPath: '/search' } as unknown as GoLakehouseOptions;
    expect(() => goLakehouse(options)).toThrow(UsageError);
  });
});

describe('similarity', () => {
  const scores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  });

  it('of a cosine c is c on both sides, within the rounding of 1 − (1 − c), and the raw score is kept', () => {
    fc.assert(
      fc.property(scores, (cosines) => {
        const request = { collection: 'c', text: 'q', k: 10 };
        const similar = rust.search?.decode(
          [hitsReply({ results: cosines.map((score) => ({ doc_id: 'a', score })) })],
          request,
        );
        const distant = go.search?.decode(
          [hitsReply({ results: cosines.map((c) => ({ id: 'a', distance: 1 - c })) })],
          request,
        );
        for (const [index, cosine] of cosines.entries()) {
          const [rustHit, goHit] = [similar?.hits[index], distant?.hits[index]];
          // JSON has no −0.
          expect(rustHit?.similarity).toBe(cosine + 0);
          expect(rustHit?.rawScore).toBe(cosine + 0);
          expect(Math.abs((goHit?.similarity ?? 9) - cosine)).toBeLessThanOrEqual(2 ** -52);
          expect(goHit?.rawScore).toBe(1 - cosine);
        }
      }),
    );
  });

  it('falls as the distance grows, so that nearer is always higher', () => {
    fc.assert(
      fc.property(scores, (distances) => {
        const sorted = distances.toSorted((a, b) => a - b);
        const hits = go.search?.decode(
          [hitsReply({ results: sorted.map((distance) => ({ id: 'a', distance })) })],
          { collection: 'c', text: 'q', k: 10 },
        ).hits;
        for (let i = 1; i < (hits?.length ?? 0); i++) {
          expect(hits?.[i]?.similarity).toBeLessThanOrEqual(hits?.[i - 1]?.similarity ?? -9);
        }
      }),
    );
  });
});

describe('a fingerprint', () => {
  it('is the same for the same options, and another for others', () => {
    expect(rustLakehouse().fingerprint).toBe(rustLakehouse().fingerprint);
    expect(goLakehouse().fingerprint).toBe(
      goLakehouse({ searchPath: '/v1/matrix/search' }).fingerprint,
    );
    const prints = [rust, go, goLakehouse({ searchPath: '/v1/vectors/search' })].map(
      (dialect) => dialect.fingerprint,
    );
    expect(new Set(prints).size).toBe(3);
  });
});
