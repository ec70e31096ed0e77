import { expect, it } from 'vitest';
import { excludingOwn } from '../../src/corpus/own-documents.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import { deriveProbe } from '../../src/probes/job/derive.ts';
import { embedSearchTexts, observeSearch } from '../../src/probes/observe/search.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../support/in-process.ts';

it('the search probe leaves a query’s own document out, and still has k rows', async () => {
  const world = await inProcessWorld({ documents: 40, needs: 1, seed: 3 });
  const documents = world.ids.map((id, at) => ({ id, text: `document ${at}`, metadata: {} }));
  const collections = [{ name: 'stock', documents }];
  const queries = documents.slice(0, 10).map(({ id, text }) => ({
    id,
    need: id,
    text,
    slices: [],
    collections: ['stock'],
  }));
  const corpus: Corpus = {
    name: 'own',
    folder: world.folder,
    excludeSelf: true,
    collections,
    queries: excludingOwn(queries, collections),
    judgments: new Map(),
    hashes: { documents: {}, queries: '', judgments: '' },
  };
  const backend = inProcessBackend(world, exactSearch(world));
  const signal = new AbortController().signal;
  const embedded = await embedSearchTexts(backend, { corpus, model: null, maxNeeds: null, signal });
  const record = await observeSearch(
    { incumbent: backend, candidate: backend },
    { embedded, k: 5, model: null, concurrency: 2, signal },
  );
  for (const [at, { id }] of record.queries.entries()) {
    const ids = record.byText[at]?.incumbent.value?.ids ?? [];
    expect(ids).toHaveLength(5);
    expect(ids).not.toContain(id);
  }
  const { findings } = await deriveProbe(record, { recall: { margin: 0.5 } }, signal);
  expect(findings.quality.map(({ incumbentMean }) => incumbentMean)).toEqual([1, 1]);
  expect(findings.agree).toBe(10);
});
