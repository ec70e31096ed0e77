import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { call, pathOf, placeOf, requireHttp, storageOf } from '../../src/wire/call.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { jsonOf, onlyReply } from '../../src/wire/json/json-reply.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import type { HitsResponse } from '../../src/wire/operations.ts';
import { dialectCall, dialectNamed, dialectNames } from '../../src/wire/registry.ts';
import { connect, json, serve, textDialect } from './loopback.ts';

const NOWHERE = 'http://127.0.0.1:1';
const capabilitiesBy = (dialect: Dialect) => connect({ url: NOWHERE, dialect }).capabilities;

/** A driver that has only `search`, by vector, with effort and exact. */
function driver(): Backend & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    label: 'a driver',
    fingerprint: 'driver@1',
    asked,
    capabilities: capabilitiesOf({
      operations: { health: 'PING', search: 'VSIM' },
      queries: { search: { text: false, vector: true, filter: false, severalCollections: false } },
      exact: 'query',
      effort: 'EF',
    }),
    health: async () => answer({ service: 'driver', version: null }),
    search: async (request) => {
      asked.push(request);
      return answer<HitsResponse>({ hits: [] });
    },
    close: async () => {},
  };
}

function answer<Value>(value: Value) {
  const timing = { startedMs: 0, endedMs: 1 };
  return { kind: 'ok' as const, value, status: null, sizeBytes: 0, timing };
}

describe('what a backend can do', () => {
  it('is known of both gateways without asking them', () => {
    expect(capabilitiesBy(rustLakehouse())).toMatchObject({
      operations: {
        health: '/health',
        embed: '/ai/embed',
        search: '/vectors/search',
        retrieve: '/vectors/hybrid',
        storage: '/storage/objects/{key}',
      },
      queries: {
        search: { text: true, vector: false, filter: false, severalCollections: false },
        retrieve: { text: true, vector: false, filter: true, severalCollections: true },
      },
      exact: 'none',
      effort: null,
      vectors: false,
      ingest: 'texts',
      readOnly: ['health', 'embed', 'search', 'retrieve', 'chat'],
    });
    const go = capabilitiesBy(goLakehouse());
    expect(go.queries).toEqual({
      search: { text: true, vector: true, filter: true, severalCollections: false },
      retrieve: { text: true, vector: true, filter: true, severalCollections: true },
    });
    expect(go.ingest).toBe('vectors');
    expect(go.operations).not.toHaveProperty('list');
    expect(go.operations).not.toHaveProperty('describe');
  });

  it('is what a dialect says of itself where the routes do not show it', () => {
    const { embed } = capabilitiesBy({
      ...textDialect(),
      takes: { embed: { maxTexts: 32, maxTextLength: null } },
    });
    expect(embed).toEqual({ maxTexts: 32, maxTextLength: null });
  });

  it('differs between the places in which the Go gateway searches', () => {
    const { searches } = connect({ url: NOWHERE, dialect: goLakehouse() });
    expect(
      searches?.map(({ endpoint, backend }) => [
        endpoint,
        pathOf(backend, 'search'),
        backend.capabilities.queries.search?.filter,
      ]),
    ).toEqual([
      ['vectors/search', '/v1/vectors/search', false],
      ['matrix/search', '/v1/matrix/search', true],
    ]);
  });
});

describe('a call', () => {
  const vector = Float32Array.of(1, 0);

  it.each([
    [{ text: 'a' }, 'VSIM takes a vector, not text'],
    [{ vector, filter: { state: 'IL' } }, 'VSIM takes no filter'],
  ])('that the capabilities leave out is unsupported, and nothing is asked', async (part, why) => {
    const backend = driver();
    expect(await call(backend, 'search', { collection: 'c', k: 3, ...part })).toMatchObject({
      kind: 'unsupported',
      detail: why,
    });
    expect(backend.asked).toEqual([]);
  });

  it.each([
    ['retrieve', { collections: ['c'], vector, k: 1 }],
    ['embed', { texts: ['a'], kind: 'query' }],
    ['list', { collection: 'c', limit: 10, vectors: false }],
    ['describe', { collection: 'c' }],
  ] as const)('of %s, which is not there, is unsupported', async (name, request) => {
    expect(await call(driver(), name, request)).toMatchObject({ kind: 'unsupported' });
  });

  it('hands effort and exact on where they are there, and refuses them where not', async () => {
    const backend = driver();
    const request = { collection: 'c', vector, k: 3, effort: 40, exact: true };
    expect((await call(backend, 'search', request)).kind).toBe('ok');
    expect(backend.asked).toEqual([request]);
    const go = connect({ url: NOWHERE, dialect: goLakehouse() });
    expect(await call(go, 'search', { ...request, exact: false })).toMatchObject({
      kind: 'unsupported',
      detail: '/v1/matrix/search has no setting of effort',
    });
    const { effort: _, ...exact } = request;
    expect(await call(go, 'search', exact)).toMatchObject({ kind: 'unsupported' });
  });

  it('to storage that is not there is unsupported', async () => {
    expect(await storageOf(driver()).get({ key: 'k' })).toMatchObject({ kind: 'unsupported' });
  });

  it('is placed by URL and path, or by label and name', () => {
    expect(placeOf(driver(), 'search')).toBe('a driver: VSIM');
    expect(placeOf(connect({ url: `${NOWHERE}/api/`, dialect: goLakehouse() }), 'embed')).toBe(
      'http://127.0.0.1:1/api/v1/embed',
    );
    expect(() => requireHttp(driver(), 'drift')).toThrow(UsageError);
  });
});

describe('a collection that has to be described first', () => {
  const dialect: Dialect = {
    ...textDialect(),
    describe: {
      path: '/collections/{name}',
      encode: ({ collection }) => [{ method: 'GET', path: `/collections/${collection}` }],
      decode: (replies) => {
        const { uuid } = jsonOf(onlyReply(replies)) as { uuid: string };
        return {
          count: 3,
          indexedCount: null,
          dimension: null,
          distance: 'cosine',
          index: null,
          quantisation: null,
          parameters: {},
          serverVersion: null,
          handle: { uuid },
        };
      },
    },
    search: {
      path: '/query',
      encode: ({ collection, k }, { handleOf }) => [
        { method: 'POST', path: `/query/${handleOf(collection).uuid}`, json: { k } },
      ],
      decode: () => ({ hits: [] }),
    },
  };

  it('is described once, and its handle goes into every later request', async () => {
    const { url, received } = await serve(json({ uuid: 'u-7' }));
    const backend = connect({ url, dialect });
    await backend.search({ collection: 'c', text: 'a', k: 1 });
    await backend.search({ collection: 'c', text: 'b', k: 1 });
    expect(received.map(({ path }) => path)).toEqual([
      '/collections/c',
      '/query/u-7',
      '/query/u-7',
    ]);
    expect(
      backend.http.encode('search', { collection: 'c', text: 'a', k: 1 })?.requests[0]?.path,
    ).toBe('/query/u-7');
  });

  it('ends every request as its description does', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no c"}');
    });
    const outcome = await connect({ url, dialect }).search({ collection: 'c', text: 'a', k: 1 });
    expect(outcome).toMatchObject({ kind: 'http', status: 404, detail: 'HTTP 404: no c' });
  });

  it('keeps the handle to itself', async () => {
    const { url } = await serve(json({ uuid: 'u-7' }));
    const outcome = await connect({ url, dialect }).describe({ collection: 'c' });
    expect(outcome).toMatchObject({ kind: 'ok', value: { count: 3, distance: 'cosine' } });
    expect(outcome.kind === 'ok' && 'handle' in outcome.value).toBe(false);
  });
});

describe('a mistake in a dialect', () => {
  const searching = (search: Partial<NonNullable<Dialect['search']>>): Dialect => ({
    ...textDialect(),
    search: {
      path: '/s',
      encode: () => [{ method: 'GET', path: '/s' }],
      decode: () => ({ hits: [] }),
      ...search,
    },
  });
  const ask = async (dialect: Dialect) => {
    const { url } = await serve(json({}));
    return connect({ url, dialect }).search({ collection: 'c', text: 'a', k: 1 });
  };
  const hit = { id: 'a', collection: null, similarity: 1, rawScore: 1 };

  it.each([
    ['an async decode', { decode: (async () => ({ hits: [] })) as never }, 'gave a promise'],
    ['an async encode', { encode: (async () => []) as never }, 'encode must be synchronous'],
    ['no hits', { decode: () => [] as never }, 'gave no list of hits'],
    [
      'a numeric id',
      { decode: () => ({ hits: [{ ...hit, id: 7 as never }] }) },
      'gave hits[0].id: the number 7',
    ],
    [
      'a score as text',
      { decode: () => ({ hits: [hit, { ...hit, similarity: '1' as never }] }) },
      'gave hits[1].similarity: a value of type string',
    ],
  ])('%s is named with the dialect', async (_what, search, message) => {
    const failing = ask(searching(search));
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow('dialect text');
  });

  it.each([
    [rustLakehouse, 'a function was given in place of a dialect: rustLakehouse'],
    [{ name: 'x' }, 'a dialect without a name or a fingerprint'],
    [{ name: 'x', fingerprint: 'x@1' }, 'dialect x: no health with encode and decode'],
    [null, 'no dialect: null'],
  ])('another thing in its place is named', (dialect, message) => {
    expect(() => connect({ url: NOWHERE, dialect: dialect as never })).toThrow(message);
  });
});

describe('the registry of dialects', () => {
  it('makes each dialect under its own name, and knows its call', () => {
    for (const name of dialectNames()) {
      expect(dialectNamed(name).name).toBe(name);
      expect(dialectCall(name)).toMatch(/^\w+\(\)$/);
    }
    expect(dialectCall('mine')).toBeNull();
    expect(() => dialectNamed('constructor')).toThrow(UsageError);
  });
});
