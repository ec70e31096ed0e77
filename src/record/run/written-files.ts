import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { InfrastructureError } from '../../errors.ts';
import type { FileRecord } from './manifest.ts';

/** Makes the folders of a file below a run, but never the run's own: where that is gone, it was removed. */
export async function makeFoldersOf(path: string, runFolder: string): Promise<void> {
  let folder = runFolder;
  for (const name of relative(runFolder, dirname(path)).split(sep)) {
    if (name === '') continue;
    folder = join(folder, name);
    try {
      await mkdir(folder);
    } catch (cause) {
      if (!isErrno(cause, 'EEXIST')) throw diskError('run-write', folder, 'made', cause);
    }
  }
}

/**
 * Requires that every file that was written is still there, in its size.
 * @throws InfrastructureError naming the first that is not.
 */
export async function requireWritten(folder: string, files: Iterable<FileRecord>): Promise<void> {
  for (const { path, sizeBytes } of files) {
    const size = await stat(join(folder, path)).then(
      (found) => found.size,
      () => null,
    );
    if (size === sizeBytes) continue;
    const what = size === null ? 'removed' : 'changed';
    throw new InfrastructureError(
      'run-lost',
      `${join(folder, path)}: the file was ${what} while the run was written`,
      { hint: 'no verdict rests on it: leave a run folder alone until it is finished' },
    );
  }
}
