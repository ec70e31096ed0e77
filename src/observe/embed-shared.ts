import type { Pair } from './ask.ts';
import { type EmbedOptions, embedTexts, type NamedText } from './embed-texts.ts';

/**
 * Embeds queries by the embedder that the sides share, where they share one, so that its vectors are known when raw
 * requests are made of them. A text that it refuses stays unknown, and is no request.
 */
export async function embedShared(
  pair: Pair,
  queries: readonly NamedText[],
  options: Omit<EmbedOptions, 'kind'>,
): Promise<void> {
  for (const side of ['incumbent', 'candidate'] as const) {
    const { known } = pair[side];
    if (known === undefined) continue;
    const missing = queries.filter(({ text }) => known(text, options.model) === null);
    if (missing.length === 0) continue;
    await embedTexts(pair[side], side, missing, { ...options, kind: 'query' });
  }
}
