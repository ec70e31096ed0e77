import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Encoder } from '../../embed/types.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { vectorCodec } from '../../record/tables/vector-table.ts';
import type { VectorTable } from '../../record/types.ts';
import { type ObjectName, readSealed, type SharedStore, seal } from '../store/shared-store.ts';
import { readHashed } from '../work/hashed-object.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';

/** Texts between two turns of the event loop, which the lock of the job needs. */
const TEXTS_AT_ONCE = 128;

const textsSchema = z.strictObject({
  kind: z.enum(['query', 'document']),
  texts: z.array(z.strictObject({ id: z.string(), text: z.string() })),
});

/** Some texts to embed, and for what. */
export type TextShard = z.infer<typeof textsSchema>;

/** Keeps texts under the sha256 of their bytes, which is returned. */
export async function writeTexts(store: SharedStore, shard: TextShard): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(shard));
  const hash = sha256Hex(bytes);
  await store.putOnce({ kind: 'texts', hash }, bytes);
  return hash;
}

/** The vectors of some texts by some encoder; null where they are not there, or damaged. */
export async function readVectors(
  store: SharedStore,
  names: { readonly texts: string; readonly encoder: string },
  rows: number,
): Promise<{ readonly table: VectorTable; readonly sha256: string } | null> {
  const found = await readSealed(store, vectorsName(names));
  if (found === null) return null;
  return { table: vectorCodec.decode(found.bytes, rows), sha256: found.sha256 };
}

/**
 * Embeds some texts, and keeps their vectors in the store. The encoder gives the same bits whatever the batch, so the
 * vectors are those of one process.
 * @throws UsageError `job-refused` for texts that are not in the store, or are others
 */
export async function embedShard(
  job: JobData<'embed-shard'>,
  {
    store,
    encoder,
    signal,
  }: { readonly store: SharedStore; readonly encoder: Encoder; readonly signal: AbortSignal },
): Promise<JobResult> {
  const { kind, texts } = await readTexts(store, job.texts);
  const kept = await readVectors(store, job, texts.length);
  if (kept !== null) return { sha256: kept.sha256, wasThere: true };
  const { dimension } = encoder;
  const values = new Float32Array(texts.length * dimension);
  for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
    signal.throwIfAborted();
    const some = texts.slice(from, from + TEXTS_AT_ONCE).map(({ text }) => text);
    for (const [i, vector] of (await encoder.embed(some, kind)).entries()) {
      values.set(vector, (from + i) * dimension);
    }
    // A run of the encoder blocks this thread.
    await setImmediate();
  }
  const { bytes } = vectorCodec.encode({ ids: texts.map(({ id }) => id), dimension, values });
  await store.putOnce(vectorsName(job), seal(bytes));
  return { sha256: sha256Hex(bytes), wasThere: false };
}

function vectorsName(names: { readonly texts: string; readonly encoder: string }): ObjectName {
  const { texts, encoder } = names;
  return { kind: 'vectors', hash: sha256Hex(Buffer.from(JSON.stringify([texts, encoder]))) };
}

async function readTexts(store: SharedStore, hash: string): Promise<TextShard> {
  const bytes = await readHashed(store, { kind: 'texts', hash }, 'text shard');
  try {
    return textsSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw refusedJob(`${hash} are no texts`);
  }
}
