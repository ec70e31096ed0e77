import type { Encoder } from '../../src/embed/types.ts';
import type { VectorTable } from '../../src/record/types.ts';

/** Texts of one call of the encoder. */
const BATCH = 256;

/** The vectors of texts as an encoder gives them, in their order. */
export async function embeddedTable(
  encoder: Encoder,
  texts: readonly { readonly id: string; readonly text: string }[],
  kind: 'document' | 'query',
): Promise<VectorTable> {
  const { dimension } = encoder;
  const values = new Float32Array(texts.length * dimension);
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH).map(({ text }) => text);
    for (const [at, vector] of (await encoder.embed(batch, kind)).entries()) {
      values.set(vector, (from + at) * dimension);
    }
  }
  return { ids: texts.map(({ id }) => id), dimension, values };
}
