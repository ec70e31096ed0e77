import { setImmediate as nextTurn } from 'node:timers/promises';
import { reusableBuffer } from '../reusable-buffer.ts';

/** Values copied between two turns of the event loop: 16 MiB. */
const VALUES_PER_TURN = 2 ** 22;

/** Shared memory that is used again from one table of values to the next. */
export interface SharedScratch {
  /** The same values in memory that threads share: where they lie, or one copy for all threads. */
  readonly share: (values: Float32Array) => Promise<Float32Array>;
  /** Takes back what `share` returned, once no thread reads it. */
  readonly release: (shared: Float32Array) => void;
}

/** Keeps one piece of at most so many bytes. */
export function sharedScratch(mostKeptBytes: number): SharedScratch {
  const pieces = reusableBuffer(
    (sizeBytes) => new SharedArrayBuffer(sizeBytes),
    ({ byteLength }) => byteLength,
    mostKeptBytes,
  );
  const lent = new WeakSet<SharedArrayBuffer>();
  return {
    share: async (values) => {
      if (values.buffer instanceof SharedArrayBuffer) return values;
      const buffer = pieces.acquire(values.byteLength);
      lent.add(buffer);
      return await copyInto(buffer, values);
    },
    release: ({ buffer }) => {
      if (buffer instanceof SharedArrayBuffer && lent.delete(buffer)) pieces.release(buffer);
    },
  };
}

async function copyInto(buffer: SharedArrayBuffer, values: Float32Array): Promise<Float32Array> {
  const shared = new Float32Array(buffer, 0, values.length);
  for (let from = 0; from < values.length; from += VALUES_PER_TURN) {
    shared.set(values.subarray(from, from + VALUES_PER_TURN), from);
    if (from + VALUES_PER_TURN < values.length) await nextTurn();
  }
  return shared;
}
