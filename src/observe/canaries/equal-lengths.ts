import type { Collection } from '../../corpus/types.ts';
import { SAME_LENGTH } from '../../metrics/thresholds.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';

/** Documents of each collection whose vectors are looked at. */
const SAMPLE = 16;

/**
 * Whether the vectors of some documents are equally long by what a backend embeds: cosine, inner product and distance
 * order such vectors alike. False where it does not embed.
 */
export async function areEquallyLong(
  backend: Backend,
  collections: readonly Collection[],
  model: string | null,
  signal: AbortSignal,
): Promise<boolean> {
  const texts = collections.flatMap(({ documents }) =>
    documents
      .filter(({ text }) => text.trim() !== '')
      .slice(0, SAMPLE)
      .map(({ text }) => text),
  );
  if (texts.length < 2) return false;
  const named = model === null ? {} : { model };
  const request = { texts: texts.slice(0, 2 * SAMPLE), kind: 'document' as const, ...named };
  const outcome = await call(backend, 'embed', request, signal);
  if (outcome.kind !== 'ok') return false;
  const lengths = outcome.value.vectors.map((vector) => Math.hypot(...vector));
  return Math.max(...lengths) - Math.min(...lengths) <= SAME_LENGTH * Math.max(...lengths);
}
