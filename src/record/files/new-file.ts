import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { InfrastructureError } from '../../errors.ts';
import { isErrno } from './errno.ts';

/**
 * Writes a file that does not exist yet: `name.md`, or `name_2.md`, `name_3.md` … where it does. What is
 * there is never overwritten, even by another process that writes at the same time.
 * @returns the path that was written.
 * @throws InfrastructureError where the disk refuses.
 */
export async function writeNewFile(path: string, text: string): Promise<string> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  try {
    await mkdir(dirname(path), { recursive: true });
    for (let number = 1; ; number++) {
      const name = number === 1 ? path : `${stem}_${number}${extension}`;
      try {
        await writeFile(name, text, { flag: 'wx' });
        return name;
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
      }
    }
  } catch (cause) {
    throw new InfrastructureError('file-write', `cannot write ${path}`, { cause });
  }
}
