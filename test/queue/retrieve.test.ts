import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_PROGRAM, startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { connectQueue } from '../../src/queue/server/connect.ts';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import { carryOutOnQueue } from '../../src/queue/truth/carry-out.ts';
import { runWorker } from '../../src/queue/work/worker.ts';
import type { VectorTable } from '../../src/record/types.ts';
import { computeTruth } from '../../src/truth/corpus/compute-truth.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { clustered, seeded } from '../truth/naive.ts';

const CORPUS = join(import.meta.dirname, '../../corpora/workers-200');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-memory-'));
});
afterAll(() => rm(folder, { recursive: true }));

function vectorsOf(ids: readonly string[], seed: number): VectorTable {
  const values = Float32Array.from(clustered(seeded(seed), ids.length, 8, 9).flat());
  values.fill(0, 8, 16);
  return { ids: [...ids], dimension: 8, values };
}

describe.skipIf(SERVER_PROGRAM === null)('truth of a run, from vectors in memory', () => {
  it.each(['cosine', 'euclidean'] as const)('is the same over a queue: %s', async (metric) => {
    await using server = await startQueueServer();
    const queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
    const store = folderStore(join(folder, metric));
    const { collections, queries } = await loadCorpus(CORPUS);
    const keys = collections.flatMap(({ name, documents }) =>
      documents.map(({ id }) => `${name}/${id}`),
    );
    const asked = queries.slice(0, 120);
    const input = {
      corpus: { collections, metric },
      queries: asked,
      documents: vectorsOf(keys, 1),
      vectors: vectorsOf(
        asked.map(({ id }) => id),
        2,
      ),
      k: 5,
    };
    const stop = new AbortController();
    const working = runWorker({
      server: queue,
      store,
      engine: float64Engine(),
      signal: stop.signal,
    });
    const there = await computeTruth({
      ...input,
      elsewhere: {
        carryOut: carryOutOnQueue(queue, store),
        progress: NO_PROGRESS,
        signal: stop.signal,
      },
    });
    stop.abort();
    await working;
    await queue.close();
    const here = await computeTruth(input);
    expect(there.lists).toEqual(here.lists);
    expect(there.zeroDocuments).toEqual(here.zeroDocuments);
    expect(there.zeroQueries).toEqual(here.zeroQueries);
    const [query] = asked;
    const key = here.lists[0]?.keys[0] ?? '';
    expect(there.exactScore(query?.id ?? '', key)).toBe(here.exactScore(query?.id ?? '', key));
    expect(asked.some(({ filter }) => filter !== undefined)).toBe(true);
  });
});
