import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_PROGRAM, startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { embedOnQueue } from '../../src/queue/embed/embed-corpus.ts';
import { embedShard, readVectors, writeTexts } from '../../src/queue/embed/embed-shard.ts';
import { connectQueue } from '../../src/queue/server/connect.ts';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import { runWorker } from '../../src/queue/work/worker.ts';
import { VectorWriter } from '../../src/record/vectors/vector-writer.ts';
import { embedLocally } from '../../src/truth/corpus/corpus-vectors.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('texts that workers embed', () => {
  it.skipIf(SERVER_PROGRAM === null)(
    'have the vectors of one process, by the workers that have the encoder',
    async () => {
      await using server = await startQueueServer();
      const queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
      const store = folderStore(join(folder, 'store'));
      const corpus = await loadCorpus(join(ROOT, 'corpora/workers-200'));
      const encoder = await loadEncoder(join(ROOT, 'corpora/encoder'));
      const stop = new AbortController();
      const common = { server: queue, store, signal: stop.signal };
      const working = [null, encoder].map((own) =>
        runWorker({ ...common, engine: float64Engine(), encoder: own }),
      );
      const options = { progress: NO_PROGRESS, signal: new AbortController().signal };
      await embedOnQueue(corpus, encoder, new VectorWriter(join(folder, 'there')), {
        ...options,
        server: queue,
        store,
      });
      stop.abort();
      await Promise.all(working);
      await queue.close();
      await embedLocally(corpus, encoder, new VectorWriter(join(folder, 'here')), options);
      await encoder.close();
      for (const file of ['documents.arrow', 'queries.arrow', 'vectors.json']) {
        const here = await readFile(join(folder, 'here', file));
        const there = await readFile(join(folder, 'there', file));
        expect(Buffer.compare(here, there), file).toBe(0);
      }
    },
    60_000,
  );

  it('are refused where they are not what their hash says, and made again where vectors are damaged', async () => {
    const store = folderStore(join(folder, 'other'));
    const encoder = await loadEncoder(join(ROOT, 'corpora/encoder'));
    const ground = { store, encoder, signal: new AbortController().signal };
    const texts = await writeTexts(store, { kind: 'query', texts: [{ id: 'a', text: 'one' }] });
    const job = { run: 'r', texts, encoder: encoder.fingerprint };
    const made = await embedShard(job, ground);
    expect(made.wasThere).toBe(false);
    expect(await embedShard(job, ground)).toEqual({ ...made, wasThere: true });
    await expect(embedShard({ ...job, texts: 'a'.repeat(64) }, ground)).rejects.toMatchObject({
      code: 'job-refused',
    });
    await store.putOnce({ kind: 'texts', hash: 'b'.repeat(64) }, Buffer.from('{}'));
    await expect(embedShard({ ...job, texts: 'b'.repeat(64) }, ground)).rejects.toMatchObject({
      code: 'job-refused',
    });
    expect((await readVectors(store, job, 1))?.table.ids).toEqual(['a']);
    await encoder.close();
  });
});
