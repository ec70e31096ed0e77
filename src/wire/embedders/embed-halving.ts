import type { Backend } from '../backend.ts';
import { call } from '../call.ts';
import type { EmbedResponse } from '../operations.ts';
import type { Outcome } from '../outcome.ts';

/** Statuses of a request that is too large, or that holds a text which is not taken. */
const REFUSALS: ReadonlySet<number | null> = new Set([400, 413, 422]);

/** How documents were embedded. */
export interface Halved {
  readonly outcome: Outcome<EmbedResponse>;
  /** Place of the text that is refused alone; null where there is none. */
  readonly refused: number | null;
}

/**
 * Embeds documents that are to be taken in. A request that is refused is halved and asked again, down to one text, so
 * that the text which is refused is known, and a size that is too large is no failure. Never for what is timed.
 */
export async function embedHalving(
  embedder: Backend,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Halved> {
  const outcome = await call(embedder, 'embed', { texts, kind: 'document' }, signal);
  if (outcome.kind !== 'http' || !REFUSALS.has(outcome.status)) return { outcome, refused: null };
  if (texts.length === 1) return { outcome, refused: 0 };
  const half = Math.ceil(texts.length / 2);
  const first = await embedHalving(embedder, texts.slice(0, half), signal);
  if (first.outcome.kind !== 'ok') return first;
  const second = await embedHalving(embedder, texts.slice(half), signal);
  if (second.outcome.kind !== 'ok') {
    return { ...second, refused: second.refused === null ? null : half + second.refused };
  }
  const vectors = [...first.outcome.value.vectors, ...second.outcome.value.vectors];
  const value = { ...second.outcome.value, vectors };
  const sizeBytes = first.outcome.sizeBytes + second.outcome.sizeBytes;
  return { outcome: { ...second.outcome, value, sizeBytes }, refused: null };
}
