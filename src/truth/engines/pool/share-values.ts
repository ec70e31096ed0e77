import { setImmediate as nextTurn } from 'node:timers/promises';

/** Values copied between two turns of the event loop: 16 MiB. */
const VALUES_PER_TURN = 2 ** 22;

/** The same values in memory that threads share: where they lie, or one copy for all threads. */
export async function shareValues(values: Float32Array): Promise<Float32Array> {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  for (let from = 0; from < values.length; from += VALUES_PER_TURN) {
    shared.set(values.subarray(from, from + VALUES_PER_TURN), from);
    if (from + VALUES_PER_TURN < values.length) await nextTurn();
  }
  return shared;
}
