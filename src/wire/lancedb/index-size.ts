import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../disk/errno.ts';

/** Bytes of the files that LanceDB keeps the indexes of a table in; null where it keeps none. */
export async function lanceIndexBytes(folder: string, table: string): Promise<number | null> {
  const indexes = join(folder, `${table}.lance`, '_indices');
  try {
    const entries = await readdir(indexes, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    if (files.length === 0) return null;
    const sizes = await Promise.all(
      files.map(({ parentPath, name }) => stat(join(parentPath, name))),
    );
    return sizes.reduce((sum, { size }) => sum + size, 0);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
