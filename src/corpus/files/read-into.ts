import type { FileHandle } from 'node:fs/promises';

/**
 * Fills bytes from a place in a file, however little the system gives at a time.
 *
 * @returns how many there were: fewer than asked where the file ends before
 */
export async function readInto(
  handle: FileHandle,
  bytes: Uint8Array,
  offset: number,
): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
