import { describe, expect, it, onTestFinished } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';
import type { IngestRequest } from '../../../src/wire/operations.ts';
import { answerOf } from '../contract/contract.ts';
import { type StandIn, type StandInOptions, standIn } from './stand-in.ts';

const documents: IngestRequest['documents'] = [
  { id: 'a', vector: [1, 0], metadata: { city: 'Oslo' } },
  { id: 'b', vector: [0, 1], metadata: { city: 'Oslo' } },
  { id: 'c', vector: [-1, 0], metadata: { city: 'Rome' } },
].map((document) => ({ ...document, text: '', vector: Float32Array.from(document.vector) }));
const query = { collection: 'c', vector: Float32Array.of(1, 0), k: 2 };

async function started(options: StandInOptions = {}) {
  const server = await standIn(options);
  onTestFinished(() => server.close());
  const open = (parameters = '') => {
    const timeouts = { connectMs: 1_000, requestMs: 5_000 };
    const url = `mongodb://127.0.0.1:${server.port}/db?${parameters}`;
    const backend = backendOfUrl(url, { timeouts, env: {} });
    onTestFinished(() => backend.close());
    return backend;
  };
  return { server, open };
}

async function filled(parameters = '', given = documents) {
  const { server, open } = await started();
  const backend = open(parameters);
  const request = { collection: 'c', documents: given, isLast: true };
  answerOf(await call(backend, 'ingest', request));
  return { server, open, backend };
}

/** The stage of the last search that a server received. */
function lastStage({ received }: StandIn): unknown {
  const searches = received.flatMap(({ pipeline }) => pipeline?.[0]?.$vectorSearch ?? []);
  return searches.at(-1);
}

it('a password that the server repeats in an error is not told', async () => {
  const password = 'correct-horse-battery';
  const server = await standIn({ loginRefusal: `no user has the password ${password}` });
  onTestFinished(() => server.close());
  const backend = backendOfUrl(`mongodb://me@127.0.0.1:${server.port}/db`, {
    timeouts: { connectMs: 1_000, requestMs: 5_000 },
    env: { MONGODB_PASSWORD: password },
  });
  onTestFinished(() => backend.close());
  const outcome = await backend.health();
  expect(outcome).toMatchObject({ kind: 'rejected' });
  expect(JSON.stringify(outcome)).toContain('no user has the password');
  expect(JSON.stringify(outcome)).not.toContain(password);
});

describe('a search of MongoDB', () => {
  it('looks at 20 candidates a row, at those it is told to, and at no fewer than rows', async () => {
    const { server, backend, open } = await filled();
    const candidates = async (request: object, parameters?: string) => {
      const asked = parameters === undefined ? backend : open(parameters);
      answerOf(await call(asked, 'search', { ...query, ...request }));
      return lastStage(server);
    };
    const stage = { index: 'vector_index', path: 'embedding', queryVector: [1, 0], limit: 2 };
    expect(await candidates({})).toEqual({ ...stage, numCandidates: 40 });
    expect(await candidates({ effort: 7 })).toEqual({ ...stage, numCandidates: 7 });
    expect(await candidates({ effort: 1 })).toEqual({ ...stage, numCandidates: 2 });
    expect(await candidates({}, 'num_candidates=9')).toEqual({ ...stage, numCandidates: 9 });
    expect(await candidates({ k: 900 })).toMatchObject({ numCandidates: 10_000 });
    expect(await candidates({ exact: true })).toEqual({ ...stage, exact: true });
    expect(await candidates({}, 'exact=true')).toEqual({ ...stage, exact: true });
    expect(server.refusals).toEqual([]);
  });

  it('asks for no more rows than it gives, but exactly', async () => {
    const { backend } = await filled();
    expect(await call(backend, 'search', { ...query, k: 10_001 })).toMatchObject({
      kind: 'unsupported',
      detail: 'gives at most 10000 rows, not 10001',
    });
    const all = await call(backend, 'search', { ...query, k: 10_001, exact: true });
    expect(answerOf(all).hits).toHaveLength(3);
  });

  it('filters by the paths of its metadata', async () => {
    const { server, backend } = await filled();
    const filter = { city: { in: ['Oslo', 'Paris'] } };
    const { hits } = answerOf(await call(backend, 'search', { ...query, filter }));
    expect(hits.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(lastStage(server)).toMatchObject({
      filter: { 'metadata.city': { $in: ['Oslo', 'Paris'] } },
    });
  });

  it.each([
    ['cosine', [1, 0], [1, 0, -1]],
    ['dot', [1, 0], [1, 0, -1]],
    ['euclidean', [1, 0], [0, -Math.SQRT2, -2]],
    // Lucene gives no score below 0.
    ['dot', [3, 0], [3, 0, -1]],
  ] as const)('gives the similarity of %s by %o', async (distance, vector, wanted) => {
    const { backend } = await filled(`distance=${distance}`);
    const request = { ...query, vector: Float32Array.from(vector), k: 3 };
    const { hits } = answerOf(await call(backend, 'search', request));
    for (const [rank, { similarity }] of hits.entries()) {
      expect(similarity).toBeCloseTo(wanted[rank] ?? Number.NaN, 5);
    }
    expect(hits).toHaveLength(3);
  });

  it('reads the distance off the index, whatever the URL says', async () => {
    const { open } = await filled('distance=euclidean');
    const { hits } = answerOf(await call(open('distance=cosine'), 'search', query));
    expect(hits[0]?.similarity).toBeCloseTo(0, 6);
    expect(answerOf(await call(open(), 'describe', query)).distance).toBe('euclidean');
  });

  it('is rejected where its index is not there, for which the server has no error', async () => {
    const { open } = await filled();
    const outcome = await call(open('index=other'), 'search', query);
    expect(outcome).toMatchObject({ kind: 'rejected', detail: 'c has no search index other' });
  });

  it('is rejected while its index is built', async () => {
    const { server, open } = await started({ looksUntilReady: 1_000 });
    const controller = new AbortController();
    const filling = call(
      open(),
      'ingest',
      { collection: 'c', documents, isLast: true },
      controller.signal,
    );
    await expect.poll(() => server.received.at(-1)?.aggregate).toBe('c');
    await expect.poll(async () => (await call(open(), 'search', query)).kind).toBe('rejected');
    expect(await call(open(), 'search', query)).toMatchObject({
      detail: 'search index vector_index of c is BUILDING',
    });
    expect(answerOf(await call(open(), 'describe', query))).toMatchObject({
      count: 3,
      indexedCount: null,
      parameters: { status: 'BUILDING' },
    });
    controller.abort();
    expect(await filling).toMatchObject({ kind: 'aborted' });
  });
});

describe('a collection of MongoDB', () => {
  it('is indexed by its vector and by each field of its metadata, and waited for', async () => {
    const parameters = 'quantisation=scalar&m=32&ef_construction=200';
    const { server, backend } = await filled(parameters);
    expect(server.received.find(({ indexes }) => indexes !== undefined)?.indexes).toEqual([
      {
        name: 'vector_index',
        type: 'vectorSearch',
        definition: {
          fields: [
            {
              type: 'vector',
              path: 'embedding',
              numDimensions: 2,
              similarity: 'cosine',
              quantization: 'scalar',
              hnswOptions: { maxEdges: 32, numEdgeCandidates: 200 },
            },
            { type: 'filter', path: 'metadata.city' },
          ],
        },
      },
    ]);
    // The stand-in shows half of the rows when an index is ready, and all of them at the next look.
    expect(answerOf(await call(backend, 'search', { ...query, k: 3 })).hits).toHaveLength(3);
    expect(answerOf(await call(backend, 'describe', query))).toMatchObject({
      count: 3,
      indexedCount: 3,
      quantisation: 'int8',
      quantisationAsked: true,
      index: 'hnsw',
      parameters: { status: 'READY', filters: 'metadata.city', maxEdges: 32 },
      serverVersion: 'MongoDB 8.2.1',
    });
  });

  it('tells the rows that its index leaves out', async () => {
    const { open, backend } = await filled();
    const [first] = documents;
    if (first === undefined) throw new Error('no documents');
    const zero = { ...first, id: 'zero', vector: Float32Array.of(0, 0) };
    answerOf(await call(backend, 'ingest', { collection: 'c', documents: [zero] }));
    expect(answerOf(await call(open(), 'describe', query))).toMatchObject({
      count: 4,
      indexedCount: 3,
    });
  });

  it('goes on with the next batch of a long answer', async () => {
    const many = Array.from({ length: 250 }, (_, at) => ({
      id: `d${at}`,
      text: '',
      metadata: {},
      vector: Float32Array.of(1, at),
    }));
    const { server, backend } = await filled('', many);
    const request = { collection: 'c', limit: 200, vectors: true };
    const first = answerOf(await call(backend, 'list', request));
    const cursor = first.cursor ?? '';
    const second = answerOf(await call(backend, 'list', { ...request, cursor }));
    const ids = [...first.documents, ...second.documents].map(({ id }) => id);
    expect(ids.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
    expect(second.cursor).toBeNull();
    expect(server.received.some(({ getMore }) => getMore !== undefined)).toBe(true);
    expect(server.refusals).toEqual([]);
  });
});

describe("MongoDB's client library, which might try again", () => {
  it.each([
    ['hangs up', { hangsUpAt: 'aggregate' }, 'reset'],
    ['is overloaded', { failsAt: 'aggregate' }, 'rejected'],
  ] as const)('asks once where the server %s', async (_name, options, kind) => {
    const { server, open } = await started(options);
    expect(await call(open(), 'search', query)).toMatchObject({ kind });
    expect(server.received.filter(({ aggregate }) => aggregate !== undefined)).toHaveLength(1);
  });

  it('is refused each time by a server that is gone', async () => {
    const { server, open } = await started();
    await server.close();
    const backend = open();
    expect((await backend.health()).kind).toBe('refused');
    expect((await backend.health()).kind).toBe('refused');
  });
});

describe('the stand-in refuses', () => {
  const stage = { index: 'vector_index', path: 'embedding', queryVector: [1, 0], limit: 2 };
  it.each([
    ['fewer candidates than rows', { ...stage, numCandidates: 1 }, /less than or equal to numC/],
    ['candidates of an exact search', { ...stage, numCandidates: 9, exact: true }, /omitted when/],
    ['a search that is neither', stage, /"numCandidates" is required/],
    ['a field that is not known', { ...stage, exact: true, k: 3 }, /Unrecognized key/],
    ['too many candidates', { ...stage, numCandidates: 10_001 }, /numCandidates/],
    ['a path without an index', { ...stage, exact: true, path: 'x' }, /not indexed as vector/],
    ['a zero vector', { ...stage, exact: true, queryVector: [0, 0] }, /zero vector/],
    [
      'a filter by a field that is not indexed',
      { ...stage, exact: true, filter: { 'metadata.x': { $eq: 1 } } },
      /needs to be indexed/,
    ],
    [
      'values of several types',
      { ...stage, exact: true, filter: { 'metadata.city': { $in: ['a', 1] } } },
      /Invalid input/,
    ],
  ])('%s', async (_name, given, why) => {
    const { server } = await filled();
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(`mongodb://127.0.0.1:${server.port}/?directConnection=true`);
    onTestFinished(() => client.close());
    const project = { $project: { _id: 1, score: { $meta: 'vectorSearchScore' } } };
    const asked = client
      .db('db')
      .collection('c')
      .aggregate([{ $vectorSearch: given }, project]);
    await expect(asked.toArray()).rejects.toThrow(why);
    expect(server.refusals.join()).toMatch(why);
  });
});
