import { readFile } from 'node:fs/promises';
import { isErrno } from '../../disk/errno.ts';

/**
 * The bytes of a file; null where there is none.
 * @throws the file system's own error for anything else.
 */
export async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
