import { randomUUID } from 'node:crypto';
import type { Corpus } from '../../corpus/types.ts';
import type { Encoder } from '../../embed/types.ts';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import type { VectorWriter } from '../../record/vectors/vector-writer.ts';
import { askedTexts, encoderSource } from '../../truth/corpus/corpus-vectors.ts';
import type { QueueServer } from '../server/connect.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { jobNode, runJobs } from '../work/run-jobs.ts';
import { readVectors, writeTexts } from './embed-shard.ts';

/** Texts of one job: a second or so of one core. */
const TEXTS_PER_SHARD = 4096;

/**
 * Embeds a corpus by the workers that have the same encoder, shard by shard, onto the disk of this machine: the same
 * vectors in the same order as `embedLocally` gives.
 * @throws InfrastructureError with the reason of a job that failed
 */
export async function embedOnQueue(
  corpus: Corpus,
  encoder: Pick<Encoder, 'name' | 'fingerprint'>,
  writer: VectorWriter,
  {
    server,
    store,
    progress,
    signal,
  }: {
    readonly server: QueueServer;
    readonly store: SharedStore;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const run = randomUUID();
  const { fingerprint } = encoder;
  const shards = await Promise.all(
    askedTexts(corpus).flatMap(({ role, kind, texts }) =>
      Array.from({ length: Math.ceil(texts.length / TEXTS_PER_SHARD) }, async (_, at) => {
        const some = texts
          .slice(at * TEXTS_PER_SHARD, (at + 1) * TEXTS_PER_SHARD)
          .map(({ id, text }) => ({ id, text }));
        const hash = await writeTexts(store, { kind: kindOf(kind), texts: some });
        return { role, count: some.length, texts: hash, encoder: fingerprint };
      }),
    ),
  );
  const jobs = shards.map(({ texts, encoder: of }, at) =>
    jobNode('embed-shard', `${run}-${at}`, { run, texts, encoder: of }),
  );
  const done = await runJobs(server, run, jobs, {
    progress,
    signal,
    isAble: (worker) => worker.encoder === fingerprint,
    lack: 'without the encoder (--encoder)',
  });
  progress.note(done);
  for (const { role, count, ...names } of shards) {
    const found = await readVectors(store, names, count);
    if (found === null) {
      throw new InfrastructureError('queue-vectors', `${store.label}: vectors are gone`, {
        hint: 'the same command makes them again',
      });
    }
    const { ids, dimension, values } = found.table;
    await writer.add(role, ids, dimension, values);
  }
  await writer.end(encoderSource(encoder));
}

function kindOf(kind: 'query' | 'document' | 'raw'): 'query' | 'document' {
  return kind === 'query' ? 'query' : 'document';
}
