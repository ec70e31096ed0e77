import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './errno.ts';

/**
 * Makes a folder and the folders above it that are missing.
 * @returns the first folder that was made; undefined where it was there
 * @throws the disk's own error: on a disk that is read-only, Node's recursive `mkdir` gives ENOENT for EROFS
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true });
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw (await reasonAgainst(folder)) ?? error;
  }
}

/** Why the topmost missing folder cannot be made; null where it can. */
async function reasonAgainst(folder: string): Promise<unknown> {
  try {
    await mkdir(folder);
    return null;
  } catch (error) {
    const above = dirname(folder);
    return isErrno(error, 'ENOENT') && above !== folder ? reasonAgainst(above) : error;
  }
}
