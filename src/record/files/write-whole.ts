import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { InfrastructureError } from '../../errors.ts';

/** One write call takes no more than this on Linux; a longer file would be cut without an error. */
const LARGEST_FILE_BYTES = 0x7fff_f000;

/**
 * Writes a file whole or not at all: to a temporary file, fsync, rename.
 * @throws InfrastructureError where the disk refuses or the bytes are 2 GiB or more.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length > LARGEST_FILE_BYTES) {
    throw new InfrastructureError('file-size', `${path}: ${bytes.length} bytes are too many`, {
      hint: 'files are written in parts of less than 2 GiB',
    });
  }
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw new InfrastructureError('file-write', `cannot write ${path}`, { cause });
  }
  const { size } = await stat(path);
  if (size !== bytes.length) {
    throw new InfrastructureError(
      'file-write',
      `only ${size} of ${bytes.length} bytes of ${path} were written`,
      { hint: 'the disk may be full' },
    );
  }
}

/** sha256 of some bytes, in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
