import type { Collection } from '../../corpus/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';
import type { Canary } from './canary.ts';

/** What is left of a text; the rest is enough to change the vector of what is read. */
const KEPT = 0.9;
/** Repeated answers of one text may differ in their last digits. */
const SAME = 1e-6;

/** What is embedded, and by what. */
interface CutTextsAsk {
  readonly backend: Backend;
  readonly side: string;
  readonly collections: readonly Collection[];
  readonly model: string | null;
  readonly signal: AbortSignal;
}

/** Embeds the longest document whole and without its end: where both vectors are the same, the end is not read. */
export async function cutTexts(asking: CutTextsAsk): Promise<Canary[]> {
  const { backend, side, collections, model, signal } = asking;
  let [longest, collection] = ['', ''];
  for (const { name, documents } of collections) {
    for (const { text } of documents) {
      if (text.length > longest.length) [longest, collection] = [text, name];
    }
  }
  const cutTo = Math.floor(longest.length * KEPT);
  const beginning = longest.slice(0, cutTo).toWellFormed();
  if (beginning.trim() === '' || beginning.trim() === longest.trim()) return [];
  const named = model === null ? {} : { model };
  const request = { texts: [longest, beginning], kind: 'document' as const, ...named };
  const outcome = await call(backend, 'embed', request, signal);
  if (outcome.kind !== 'ok') return [];
  const [whole, cut] = outcome.value.vectors;
  if (whole === undefined || cut === undefined) return [];
  const isSame = whole.every((value, at) => Math.abs(value - (cut[at] ?? Number.NaN)) <= SAME);
  if (!isSame) return [];
  return [{ side, collection, kind: 'cut-texts', length: longest.length, cutTo }];
}
