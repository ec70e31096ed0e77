import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../src/corpus/types.ts';
import { ingestCorpus } from '../../src/observe/ingest.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { type Capabilities, capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { IngestRequest } from '../../src/wire/operations.ts';

const documents = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `d-${at}`, text: `text ${at}`, metadata: {} }));
const corpus = {
  collections: [
    { name: 'many', documents: documents(600) },
    { name: 'few', documents: documents(3) },
  ],
} as unknown as Corpus;

const answered = <Value>(value: Value) =>
  ({
    kind: 'ok',
    value,
    status: null,
    sizeBytes: 0,
    timing: { startedMs: 0, endedMs: 1 },
  }) as const;

/** Keeps ids by collection; `table` makes all collections one. */
function store(
  ingest: Capabilities['ingest'] = 'texts',
  table: (collection: string) => string = (collection) => collection,
) {
  const ids = new Map<string, Set<string>>();
  const requests: Pick<IngestRequest, 'collection' | 'isLast'>[] = [];
  const of = (collection: string) => {
    const found = ids.get(table(collection)) ?? new Set<string>();
    ids.set(table(collection), found);
    return found;
  };
  const backend: Backend = {
    label: 'a store',
    fingerprint: 'store@1',
    capabilities: capabilitiesOf({ operations: { describe: 'd', ingest: 'i' }, ingest }),
    health: async () => answered({ service: 'store', version: null }),
    describe: async ({ collection }) =>
      answered({
        count: of(collection).size,
        indexedCount: null,
        dimension: null,
        distance: null,
        index: null,
        quantisation: null,
        parameters: {},
        serverVersion: null,
      }),
    ingest: async ({ collection, isLast = false, documents: taken }) => {
      requests.push({ collection, isLast });
      for (const { id } of taken) of(collection).add(id);
      return answered({ accepted: taken.length });
    },
    close: async () => {},
  };
  return { backend, requests, of };
}

const fill = (
  incumbent: Backend,
  candidate: Backend,
  ingest: 'never' | 'if-empty' | 'always' = 'if-empty',
  force = false,
) =>
  ingestCorpus({ incumbent, candidate }, corpus, {
    ingest,
    force,
    progress: NO_PROGRESS,
    signal: new AbortController().signal,
  });

describe('ingesting a corpus', () => {
  it('fills what is empty, in batches, and says which is the last of a collection', async () => {
    const [a, b] = [store(), store()];
    const done = await fill(a.backend, b.backend);
    expect(done.map(({ side, collection, documents: count }) => [side, collection, count])).toEqual(
      [
        ['incumbent', 'many', 600],
        ['incumbent', 'few', 3],
        ['candidate', 'many', 600],
        ['candidate', 'few', 3],
      ],
    );
    expect(a.requests.map(({ isLast }) => isLast)).toEqual([false, false, true, true]);
    expect(await fill(a.backend, b.backend)).toEqual([]);
    expect(a.requests).toHaveLength(4);
  });

  it('counts again where not all is seen at once', async () => {
    const late = store();
    let asked = 0;
    const backend: Backend = {
      ...late.backend,
      describe: async (request) => {
        const outcome = await late.backend.describe?.(request);
        if (outcome?.kind !== 'ok') throw new Error('no description');
        // Before it is filled, twice; then one look sees a part.
        const isSeen = ++asked !== 3;
        return isSeen ? outcome : { ...outcome, value: { ...outcome.value, count: 5 } };
      },
    };
    const done = await fill(backend, store().backend);
    expect(done.map(({ side, collection, looks }) => [side, collection, looks])).toEqual([
      ['incumbent', 'many', 2],
      ['incumbent', 'few', 1],
      ['candidate', 'many', 1],
      ['candidate', 'few', 1],
    ]);
  });

  it('asks nothing where it is not wanted', async () => {
    const [a, b] = [store('none'), store('none')];
    expect(await fill(a.backend, b.backend, 'never')).toEqual([]);
  });

  it('refuses to write into what is not empty, unless it is forced to', async () => {
    const [a, b] = [store(), store()];
    a.of('many').add('d-1');
    await expect(fill(a.backend, b.backend, 'always')).rejects.toMatchObject({
      code: 'ingest-not-empty',
      exitCode: 2,
    });
    expect(a.requests).toEqual([]);
    await fill(a.backend, b.backend, 'always', true);
    expect(a.of('many').size).toBe(600);
  });

  it('refuses a side that takes no documents, or needs an embedder', async () => {
    const hint = (ingest: 'vectors' | 'none') =>
      fill(store(ingest).backend, store().backend).catch(({ hint }: { hint: string }) => hint);
    expect(await hint('vectors')).toContain('--embed');
    expect(await hint('none')).toContain('leave out --ingest');
  });

  it('notices a collection that holds something else, and one table for two collections', async () => {
    const other = store();
    for (let at = 0; at < 601; at++) other.of('many').add(`x-${at}`);
    await expect(fill(other.backend, store().backend)).rejects.toMatchObject({
      code: 'ingest-count',
      exitCode: 4,
    });
    const one = store('texts', () => 'workers');
    await expect(fill(one.backend, store().backend)).rejects.toMatchObject({
      message: expect.stringContaining('collection few holds 600 documents, the corpus 3'),
      hint: expect.stringContaining('table={collection}'),
    });
  });
});
