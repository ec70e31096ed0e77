import { expect, it, onTestFinished } from 'vitest';
import type { Collection, Filter } from '../../../src/corpus/types.ts';
import { floorOf } from '../../../src/observe/canaries/asked.ts';
import { canaryLines } from '../../../src/observe/canaries/canary.ts';
import { findCanaries } from '../../../src/observe/canaries/find-canaries.ts';
import { rareValue } from '../../../src/observe/canaries/rare-value.ts';
import { preflight } from '../../../src/observe/preflight/preflight.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';
import { capabilitiesOf } from '../../../src/wire/capabilities.ts';
import { compose } from '../../../src/wire/compose.ts';

const documents = Array.from({ length: 200 }, (_, at) => ({
  id: `d-${at}`,
  text: `${'word '.repeat(20)}${at}`,
  metadata: { state: at % 20 === 0 ? 'IL' : 'OH', name: `n ${at}` },
}));
const workers: Collection = { name: 'workers', documents };

/** Faults of a backend that is otherwise a list. */
interface Faults {
  readonly page?: number;
  readonly filtersAfter?: number;
  readonly latencyMs?: number;
  readonly readsTo?: number;
}

function listed({ page = 1_000, filtersAfter, latencyMs = 1, readsTo = 1_000 }: Faults): Backend {
  const timing = { startedMs: 0, endedMs: latencyMs };
  const answered = <Value>(value: Value) =>
    ({ kind: 'ok', value, status: 200, sizeBytes: 0, timing }) as const;
  const forms = { text: true, vector: false, filter: true, severalCollections: false };
  return {
    label: 'a list',
    fingerprint: 'list@1',
    capabilities: capabilitiesOf({
      operations: { health: 'h', search: 's', embed: 'e' },
      queries: { search: forms },
    }),
    health: async () => answered({ service: 'list', version: '1' }),
    embed: async ({ texts }) => {
      const vectors = texts.map((text) => {
        const read = text.slice(0, readsTo);
        return Float32Array.of(read.length, read.charCodeAt(read.length - 1));
      });
      return answered({ vectors, dimension: 2, model: 'm' });
    },
    search: async ({ k, filter = {} }) => {
      const matches = (each: (typeof documents)[number]) =>
        Object.entries(filter as Filter).every(
          ([field, value]) => each.metadata[field as 'state'] === value,
        );
      const seen = documents.toReversed().slice(0, filtersAfter ?? documents.length);
      const hits = seen.filter(matches).slice(0, Math.min(k, page));
      return answered({
        hits: hits.map(({ id }, rank) => {
          const similarity = 1 - rank / 1_000;
          return { id, collection: 'workers', similarity, rawScore: similarity };
        }),
      });
    },
    close: async () => {},
  };
}

async function found(candidate: Backend, collections: readonly Collection[] = [workers]) {
  const pair = { incumbent: listed({}), candidate };
  const options = {
    collections,
    operations: ['search'] as const,
    embeds: ['candidate'] as const,
    k: 10,
    model: null,
    signal: new AbortController().signal,
  };
  return await findCanaries(pair, await preflight(pair, options), options);
}

it('finds nothing in a backend that is well', async () => {
  expect(await found(listed({}))).toEqual([]);
});

it('finds pages of ten although the run asks for ten alone', async () => {
  expect(await found(listed({ page: 10 }))).toEqual([
    { side: 'candidate', collection: 'workers', kind: 'page-limit', asked: 11, got: 10 },
  ]);
});

it('finds a filter that is applied after the search', async () => {
  expect(await found(listed({ filtersAfter: 60 }))).toEqual([
    {
      side: 'candidate',
      collection: 'workers',
      kind: 'short-filtered-list',
      field: 'state',
      matching: 10,
      asked: 10,
      got: 3,
    },
  ]);
});

it('finds a floor of 40 ms under small answers', async () => {
  expect(await found(listed({ latencyMs: 41 }))).toMatchObject([
    { kind: 'latency-floor', floorMs: 41 },
  ]);
  expect(floorOf([41, 41, 42, 41, 44, 43, 41, 42])).toBe(41);
  // An engine that is slow is no floor.
  expect(floorOf([45, 80, 120, 60, 77, 91, 66, 58])).toBeNull();
  expect(floorOf([5, 41, 41, 41, 41, 41, 41, 41])).toBeNull();
});

it('finds an embedder that does not read the end of a text', async () => {
  expect(await found(listed({ readsTo: 50 }))).toMatchObject([
    { kind: 'cut-texts', length: 103, cutTo: 92 },
  ]);
});

it('finds the short lists of pgvector, and none under iterative scans', async () => {
  const many: Collection = {
    name: 'many',
    documents: Array.from({ length: 3_000 }, (_, at) => ({
      id: `d-${at}`,
      text: `t ${at}`,
      metadata: { rare: at % 150 === 0 },
    })),
  };
  const embed = listed({});
  const spread = (text: string) => {
    const at = Number(text.slice(2)) || 0;
    return Float32Array.of(Math.sin(at), Math.cos(at), Math.sin(at / 2_000), Math.cos(at / 2_000));
  };
  const embedder: Backend = {
    ...embed,
    embed: async ({ texts }) => ({
      kind: 'ok',
      value: { vectors: texts.map(spread), dimension: 4, model: null },
      status: 200,
      sizeBytes: 0,
      timing: { startedMs: 0, endedMs: 1 },
    }),
  };
  const options = { timeouts: { connectMs: 2_000, requestMs: 20_000 }, env: {} };
  const side = async (parameters: string) => {
    const index = backendOfUrl(`pglite:memory?seqscan=off&${parameters}`, options);
    const backend = compose({ embed: embedder, index });
    onTestFinished(() => backend.close());
    const request = { collection: 'many', documents: many.documents, isLast: true };
    expect(await call(backend, 'ingest', request)).toMatchObject({ kind: 'ok' });
    const pair = { incumbent: backend, candidate: backend };
    const asked = {
      collections: [many],
      operations: ['search'] as const,
      embeds: [],
      k: 10,
      model: null,
      signal: new AbortController().signal,
    };
    const said = await preflight(pair, asked);
    return (await findCanaries(pair, said, asked)).filter(({ side }) => side === 'incumbent');
  };
  expect(await side('ef_search=10')).toMatchObject([
    { kind: 'page-limit', asked: 11, got: 10 },
    { kind: 'short-filtered-list', matching: 20 },
  ]);
  expect(await side('ef_search=200&iterative_scan=strict_order')).toEqual([]);
});

it('filters by the rarest value that enough documents have', () => {
  expect(rareValue(workers, 10)).toMatchObject({ field: 'state', matching: 10 });
  // No value is rare enough, or none has enough documents.
  expect(rareValue(workers, 11)).toBeNull();
});

it('says of each what it is and what to do, in one line, and once where both sides have it', () => {
  const page = { collection: 'workers', kind: 'page-limit', asked: 11, got: 10 } as const;
  const [line = '', ...rest] = canaryLines([{ ...page, side: 'candidate' }]);
  expect(line).toContain('warning: candidate, workers: page-limit: 10 rows for k = 11. ');
  expect([...rest, line.includes('\n')]).toEqual([false]);
  const both = canaryLines([
    { ...page, side: 'incumbent' },
    { ...page, side: 'candidate' },
  ]);
  expect(both).toEqual([line.replace('candidate,', 'both sides,')]);
});
