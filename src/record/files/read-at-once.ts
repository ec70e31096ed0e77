import { open } from 'node:fs/promises';

/** Bytes asked of the system at once. */
const STEP_BYTES = 2 ** 26;
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a large file. `readFile` asks for half a MiB at a time, and takes half as long again.
 *
 * @throws Error as `readFile` does, and for a file beyond 2 GiB or one that becomes shorter while it is read
 */
export async function readAtOnce(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MOST_BYTES) throw new Error(`${size} bytes are more than ${MOST_BYTES}`);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(STEP_BYTES, size - at), at);
      if (bytesRead === 0) throw new Error(`it ends at byte ${at} of ${size}`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
