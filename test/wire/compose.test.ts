import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { call } from '../../src/wire/call.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import { compose } from '../../src/wire/compose.ts';
import type { IngestRequest, SearchRequest } from '../../src/wire/operations.ts';
import type { Outcome } from '../../src/wire/outcome.ts';

const answered = <Value>(value: Value, startedMs = 0, endedMs = 1): Outcome<Value> => ({
  kind: 'ok',
  value,
  status: null,
  sizeBytes: 3,
  timing: { startedMs, endedMs },
});

/** Embeds a text as its length; a text `bad` fails. */
function embedder() {
  const kinds: string[] = [];
  const backend: Backend = {
    label: 'an embedder',
    fingerprint: 'embedder@1',
    capabilities: capabilitiesOf({
      operations: { health: 'h', embed: 'e' },
      embed: { maxTexts: 8, maxTextLength: null },
    }),
    health: async () => answered({ service: 'embedder', version: null }),
    embed: async ({ texts, kind }) => {
      kinds.push(kind);
      if (texts.includes('bad')) {
        const timing = { startedMs: 0, endedMs: 1 };
        return { kind: 'http', status: 500, detail: 'no', sizeBytes: 0, timing };
      }
      const vectors = texts.map((text) => Float32Array.of(text.length));
      return answered({ vectors, dimension: 1, model: 'length' }, 10, 20);
    },
    close: async () => {
      kinds.push('closed');
    },
  };
  return { backend, kinds };
}

function index() {
  const searched: SearchRequest[] = [];
  const taken: IngestRequest[] = [];
  const forms = { text: false, vector: true, filter: true, severalCollections: false };
  const backend: Backend = {
    label: 'an index',
    fingerprint: 'index@1',
    capabilities: capabilitiesOf({
      operations: { health: 'h', search: 's', ingest: 'i' },
      queries: { search: forms },
      exact: 'query',
      ingest: 'vectors',
    }),
    health: async () => answered({ service: 'index', version: '2' }),
    search: async (request) => {
      searched.push(request);
      return answered({ hits: [] }, 20, 50);
    },
    ingest: async (request) => {
      taken.push(request);
      return answered({ accepted: request.documents.length });
    },
    close: async () => {},
  };
  return { backend, searched, taken };
}

describe('an embedder and an index together', () => {
  it('are asked by text: the text is embedded as a query, and its time counts', async () => {
    const [embed, searches] = [embedder(), index()];
    const both = compose({ embed: embed.backend, index: searches.backend });
    const request = { collection: 'c', text: 'four', k: 3, exact: true, filter: { a: 1 } };
    const outcome = await call(both, 'search', request);
    expect(outcome).toMatchObject({ kind: 'ok', timing: { startedMs: 10, endedMs: 50 } });
    expect(embed.kinds).toEqual(['query']);
    expect(searches.searched).toEqual([
      { collection: 'c', vector: Float32Array.of(4), k: 3, exact: true, filter: { a: 1 } },
    ]);
  });

  it('let a vector pass as it is', async () => {
    const [embed, searches] = [embedder(), index()];
    const both = compose({ embed: embed.backend, index: searches.backend });
    await call(both, 'search', { collection: 'c', vector: Float32Array.of(9), k: 1 });
    expect(embed.kinds).toEqual([]);
    expect(searches.searched[0]?.vector).toEqual(Float32Array.of(9));
  });

  it('end as embedding ended where it failed, and the index is not asked', async () => {
    const [embed, searches] = [embedder(), index()];
    const both = compose({ embed: embed.backend, index: searches.backend });
    const outcome = await call(both, 'search', { collection: 'c', text: 'bad', k: 1 });
    // Whoever reads it must not look for the fault in the index.
    expect(outcome).toMatchObject({ kind: 'http', status: 500, detail: 'an embedder: no' });
    expect(searches.searched).toEqual([]);
  });

  it('take in documents without vectors, embedded as documents; those with vectors keep theirs', async () => {
    const [embed, searches] = [embedder(), index()];
    const both = compose({ embed: embed.backend, index: searches.backend });
    const documents = [
      { id: 'a', text: 'four', metadata: {} },
      { id: 'b', text: 'given', metadata: {}, vector: Float32Array.of(-1) },
      { id: 'c', text: 'seven77', metadata: {} },
    ];
    await call(both, 'ingest', { collection: 'c', documents });
    expect(embed.kinds).toEqual(['document']);
    expect(searches.taken[0]?.documents.map(({ vector }) => vector?.[0])).toEqual([4, -1, 7]);
  });

  it('can do what both can, and are known by both', async () => {
    const both = compose({ embed: embedder().backend, index: index().backend });
    expect(both.capabilities).toMatchObject({
      operations: { embed: 'e', search: 's' },
      queries: { search: { text: true, vector: true } },
      ingest: 'texts',
      embed: { maxTexts: 8 },
    });
    expect(both.fingerprint).toBe('embedder@1 → index@1');
    expect(await both.health()).toMatchObject({ value: { service: 'index', version: '2' } });
    expect((await call(both, 'retrieve', { collections: ['c'], text: 'x', k: 1 })).kind).toBe(
      'unsupported',
    );
  });

  it('are refused the other way round', () => {
    const [embed, searches] = [embedder().backend, index().backend];
    expect(() => compose({ embed: searches, index: searches })).toThrow('cannot embed');
    expect(() => compose({ embed, index: embed })).toThrow('cannot be asked by vector');
  });
});
