import type { Collection } from '../../corpus/types.ts';
import type { Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';
import type { Canary } from './canary.ts';

/** What is left of a text; the rest is enough to change the vector of what is read. */
const KEPT = 0.9;
/** Repeated answers of one text may differ in their last digits. */
const SAME = 1e-6;

/** Embeds the longest document whole and without its end: where both vectors are the same, the end is not read. */
export async function cutTexts(
  backend: Backend,
  side: Side,
  { name, documents }: Collection,
  model: string | null,
  signal: AbortSignal,
): Promise<Canary[]> {
  let longest = '';
  for (const { text } of documents) if (text.length > longest.length) longest = text;
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
  return [{ side, collection: name, kind: 'cut-texts', length: longest.length, cutTo }];
}
