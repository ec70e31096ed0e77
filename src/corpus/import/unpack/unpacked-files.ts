import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
    const packing = await packingOf(path);
    if (packing === null) {
      const plain = plainFile(path);
      done.set(path, plain);
      return plain;
    }
    const folder = join(scratch, String(done.size));
    await mkdir(folder, { recursive: true });
    const at = join(folder, unpackedName(basename(path)));
    await unpack(path, packing, at, signal === undefined ? {} : { signal });
    const file = { path, at };
    done.set(path, file);
    return file;
  };
}
