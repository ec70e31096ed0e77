import { readInto } from '../../corpus/files/read-into.ts';
import { openRegular } from '../../disk/read-regular.ts';

const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a large file. `readFile` asks for half a MiB at a time, and takes half as long again.
 *
 * @throws Error as `readRegular` does, and for a file beyond 2 GiB or one that becomes shorter while it is read
 */
export async function readAtOnce(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    if (size > MOST_BYTES) throw new Error(`${size} bytes are more than ${MOST_BYTES}`);
    const bytes = new Uint8Array(size);
    const filled = await readInto(handle, bytes, 0);
    if (filled < size) throw new Error(`it ends at byte ${filled} of ${size}`);
    return bytes;
  } finally {
    await handle.close();
  }
}
