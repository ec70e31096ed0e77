import { setImmediate as nextTurn } from 'node:timers/promises';

/** Values copied between two turns of the event loop: 16 MiB. */
const VALUES_PER_TURN = 2 ** 22;

/** The same values in memory that threads share: where they lie, or one copy for all threads. */
export async function shareValues(values: Float32Array): Promise<Float32Array> {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  return await copyInto(new SharedArrayBuffer(values.byteLength), values);
}

/** Shared memory that is used again, since fresh memory costs a small search as much as its rows do. */
export interface SharedScratch {
  /** As `shareValues`. */
  readonly share: (values: Float32Array) => Promise<Float32Array>;
  /** Takes back what `share` returned, once no thread reads it. */
  readonly release: (shared: Float32Array) => void;
}

const MOST_SPARE_BYTES = 2 ** 24;

/** Keeps one spare piece of at most 16 MiB. */
export function sharedScratch(): SharedScratch {
  let spare: SharedArrayBuffer | null = null;
  const lent = new WeakSet<SharedArrayBuffer>();
  return {
    share: async (values) => {
      if (values.buffer instanceof SharedArrayBuffer) return values;
      const fits = spare !== null && spare.byteLength >= values.byteLength;
      const buffer = fits && spare !== null ? spare : new SharedArrayBuffer(values.byteLength);
      if (fits) spare = null;
      lent.add(buffer);
      return await copyInto(buffer, values);
    },
    release: ({ buffer }) => {
      if (!(buffer instanceof SharedArrayBuffer) || !lent.delete(buffer)) return;
      if (buffer.byteLength <= MOST_SPARE_BYTES) spare = buffer;
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
