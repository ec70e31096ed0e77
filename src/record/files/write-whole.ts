import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { putInPlace } from '../../disk/put-in-place.ts';
import { InfrastructureError } from '../../errors.ts';

/** One write call takes no more than this on Linux; readers take files whole. */
const LARGEST_FILE_BYTES = 0x7fff_f000;

/**
 * Writes a file whole or not at all: to a temporary file beside it, all bytes, fsync, its size held against theirs,
 * and only then renamed. A file that was there keeps its rights, and a link stays a link. A device or a pipe is
 * written as it is: it cannot be replaced, and a pipe needs somebody who reads it.
 * @throws InfrastructureError where the disk refuses or the bytes are 2 GiB or more.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length > LARGEST_FILE_BYTES) {
    throw new InfrastructureError('file-size', `${path}: ${bytes.length} bytes are too many`, {
      hint: 'files are written in parts of less than 2 GiB',
    });
  }
  try {
    const target = await targetOf(path);
    const before = await stat(target).catch(() => null);
    if (before === null || before.isFile()) await replace(target, bytes, before?.mode);
    else await writeInto(target, bytes);
  } catch (cause) {
    throw diskError('file-write', path, 'written', cause);
  }
}

/** Where a path leads, through links whose file is not there yet too. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isErrno(error, 'ELOOP')) throw error;
    const to = await readlink(path).catch(() => null);
    return to === null ? path : await targetOf(resolve(dirname(path), to));
  }
}

async function replace(target: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  await putInPlace(target, (partial) =>
    withFile(partial, 'wx', mode & 0o777, async (file) => {
      // Repeats a short write until all is written or the disk says why not.
      await file.writeFile(bytes);
      await file.sync();
      const { size } = await file.stat();
      if (size === bytes.length) return;
      throw new InfrastructureError(
        'file-write',
        `${target}: only ${size} of ${bytes.length} bytes were written`,
        { hint: 'the disk may be full' },
      );
    }),
  );
}

async function writeInto(target: string, bytes: Uint8Array): Promise<void> {
  // A pipe that nobody reads is refused so; opened otherwise it is waited for, and no interrupt ends that.
  const atOnce = constants.O_WRONLY | constants.O_NONBLOCK;
  await withFile(target, atOnce, 0o666, () =>
    withFile(target, 'w', 0o666, (file) => file.writeFile(bytes)),
  );
}

async function withFile(
  path: string,
  flag: string | number,
  mode: number,
  action: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flag, mode);
  try {
    await action(file);
  } finally {
    await file.close();
  }
}

/** sha256 of some bytes, in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
