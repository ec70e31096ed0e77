import { bunzip2 } from '../../../src/corpus/import/unpack/bzip2.ts';

/** Three documents, a line each. */
export const DOCS = Buffer.from(
  Array.from({ length: 3 }, (_, i) => `{"_id":"d${i}","text":"text ${i}"}\n`).join(''),
);
/** `DOCS`, packed by bzip2. */
export const DOCS_BZ2 = Buffer.from(
  'QlpoOTFBWSZTWcfa+WkAACjbgAAQUARwEAAAhiAESiAAUKYACaDaUg9I/UT1LNndZhyWREOqqGY23gS+Geo2WjhFoswfi7kinChIY+18tIA=',
  'base64',
);
/** Four blocks of 100,000 bytes at most. */
export const LONG = Array.from(
  { length: 8000 },
  (_, i) => `{"_id":"d${i % 7}","text":"${'a'.repeat(20)}"}\n`,
).join('');
/** `LONG`, packed by bzip2. */
export const LONG_BZ2 = Buffer.from(
  'QlpoMTFBWSZTWWneN3AAtVZ7gAAQQAAQBH8QAACmIARKMAD4AoGmhkZMQoGmhkZMQTVUmmjQ00009TEoE3KBNoB3gGsA8QDzAPUA2gGnJQJwUCYKBOIoE4KBPkoE4KBNCgTJRCluohSyKBPxQJkUCalAnJQJgoEzKBMFAmuJQJnKBP5igrJMprPIhadMAIGF9wAAIIAAIAj+IAABTEAIlGAB8AUDTQyMmIUDTQyMmIJqpIGg0aaepkoE9ygTjXaAd4BpAPEA8wD1ANoB2lAm5QJkoE3SgTcoE+UA3xECsFAnQoExUQpe4kKWJQJ+KBMFAmpQJwUCZKBORQJkoEyUCaFAn8xQVkmU1lgrlUfABTV+4AAEEAAEAR/EAAApiAESjAA0AoGmhkZMQTVUgGmQ9TT1CgaaGRkxMkSeyJNt5DxIayHkhsQ3IdpDiRJiRJmRJhIkxIk+ESYkSdZEmgRY0BSr4qVS0Ik/SJNJEmsiTiRJmRJzkSZkSd5EnIiT+LuSKcKEgHqZfJg=',
  'base64',
);

/** What unpacking gives, `step` bytes read at a time. */
export async function unpacked(packed: Uint8Array, step = 50): Promise<Buffer> {
  let at = 0;
  const pieces: Uint8Array[] = [];
  const next = async () => {
    if (at >= packed.length) return null;
    at += step;
    return packed.subarray(at - step, at);
  };
  for await (const piece of bunzip2(next)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Whether every cut of `DOCS_BZ2`, and every `step`-th bit turned in `LONG_BZ2`, is an error and never other bytes. */
export async function damageIsNoticed(step: { readonly cut: number; readonly bit: number }) {
  const isRefused = (packed: Uint8Array, whole: string | null): Promise<boolean> =>
    unpacked(packed).then(
      (bytes) => bytes.toString() === whole,
      (error: unknown) => error instanceof RangeError,
    );
  const missed: string[] = [];
  for (let end = 0; end < DOCS_BZ2.length; end += step.cut) {
    if (!(await isRefused(DOCS_BZ2.subarray(0, end), null))) missed.push(`cut at ${end}`);
  }
  for (let at = 0; at < LONG_BZ2.length * 8; at += step.bit) {
    const turned = Buffer.from(LONG_BZ2);
    turned[at >> 3] = (turned[at >> 3] ?? 0) ^ (1 << (at & 7));
    if (!(await isRefused(turned, LONG))) missed.push(`bit ${at}`);
  }
  return missed;
}
