import { isErrno } from '../../disk/errno.ts';
import { readRegular } from '../../disk/read-regular.ts';

/**
 * The bytes of a file; null where there is none.
 * @throws UsageError for a pipe or a device; the file system's own error for anything else.
 */
export async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readRegular(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
