import { rm, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { freshPartial, placeNew } from '../../disk/partial.ts';

/**
 * Writes a file that does not exist yet: `name.md`, or `name_2.md`, `name_3.md` … where it does. What is
 * there is never overwritten, even by another process that writes at the same time.
 * @returns the path that was written.
 * @throws InfrastructureError where the disk refuses.
 */
export async function writeNewFile(path: string, text: string): Promise<string> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const partial = await freshPartial(path);
  try {
    await makeFolder(dirname(path));
    await writeFile(partial, text, { flag: 'wx', flush: true });
    for (let number = 1; ; number++) {
      const name = number === 1 ? path : `${stem}_${number}${extension}`;
      if (await placeNew(partial, name)) return name;
    }
  } catch (cause) {
    throw diskError('file-write', path, 'written', cause);
  } finally {
    await rm(partial, { force: true }).catch(() => {});
  }
}
