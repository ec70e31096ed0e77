import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../../../disk/make-folder.ts';
import { unreadableImport } from '../problem.ts';
import { plainFile, type SourceFile } from '../source-file.ts';
import { packingOf, unpack, unpackedName } from './unpack.ts';

/**
 * Gives files as they can be read: a packed one is unpacked into a folder of its own below `scratch`, under the
 * name that tells its format, and once only.
 */
export function unpackedFiles(
  scratch: string,
  signal?: AbortSignal,
): (path: string) => Promise<SourceFile> {
  const done = new Map<string, SourceFile>();
  return async (path) => {
    const known = done.get(path);
    if (known !== undefined) return known;
    await checkFile(path);
    const packing = await packingOf(path);
    if (packing === null) {
      const plain = plainFile(path);
      done.set(path, plain);
      return plain;
    }
    const folder = join(scratch, String(done.size));
    await makeFolder(folder);
    const at = join(folder, unpackedName(basename(path)));
    await unpack(path, packing, at, signal === undefined ? {} : { signal });
    const file = { path, at };
    done.set(path, file);
    return file;
  };
}

/** Files are read several times and by offset, which a pipe does not allow; opening one waits for its writer. */
async function checkFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  if (!stats.isFile()) throw unreadableImport(path, 'no regular file');
}
