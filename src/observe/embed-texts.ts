import { InfrastructureError } from '../errors.ts';
import type { Side, VectorTable } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { EmbedRequest } from '../wire/operations.ts';
import { mapConcurrently } from './ask.ts';
import type { Progress } from './progress.ts';

const BATCH = 64;

/** Embeddings of one side; texts whose embedding failed are left out of the table and named. */
export interface EmbeddedTexts {
  readonly table: VectorTable;
  readonly failed: readonly { readonly id: string; readonly detail: string }[];
}

/** Embeds named texts through one backend, in batches of 64, two batches under way. */
export async function embedTexts(
  backend: Backend,
  side: Side,
  texts: readonly { readonly id: string; readonly text: string }[],
  options: {
    readonly kind: EmbedRequest['kind'];
    readonly model: string | null;
    readonly signal: AbortSignal;
    readonly progress: Progress;
  },
): Promise<EmbeddedTexts> {
  const batches: (typeof texts)[] = [];
  for (let start = 0; start < texts.length; start += BATCH) {
    batches.push(texts.slice(start, start + BATCH));
  }
  const answers = await mapConcurrently(batches, 2, options.signal, async (batch) => {
    const outcome = await call(
      backend,
      'embed',
      {
        texts: batch.map((entry) => entry.text),
        kind: options.kind,
        ...(options.model === null ? {} : { model: options.model }),
      },
      options.signal,
    );
    options.progress.tick(1);
    return { batch, outcome };
  });
  const ids: string[] = [];
  const vectors: Float32Array[] = [];
  const failed: { id: string; detail: string }[] = [];
  let dimension = 0;
  for (const { batch, outcome } of answers) {
    if (outcome.kind !== 'ok') {
      for (const entry of batch) {
        failed.push({ id: entry.id, detail: `${outcome.kind}: ${outcome.detail}` });
      }
      continue;
    }
    if (dimension !== 0 && outcome.value.dimension !== dimension) {
      throw new InfrastructureError(
        'dimension',
        `${side} ${backend.label}: embeddings of ${outcome.value.dimension} and of ${dimension} dimensions`,
        { hint: 'one backend must embed every text with one model' },
      );
    }
    dimension = outcome.value.dimension;
    for (const [index, entry] of batch.entries()) {
      const vector = outcome.value.vectors[index];
      if (vector === undefined) continue;
      ids.push(entry.id);
      vectors.push(vector);
    }
  }
  const values = new Float32Array(ids.length * dimension);
  for (const [row, vector] of vectors.entries()) values.set(vector, row * dimension);
  return { table: { ids, dimension, values }, failed };
}
