import { mkdir, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { partialPath, removeAbandoned } from '../../disk/partial.ts';
import { UsageError } from '../../errors.ts';

/**
 * Makes a folder that appears whole or not at all: `make` fills a folder beside it, which is then renamed. Nothing is
 * overwritten, and folders above it that were made for nothing go again.
 * @throws UsageError for a folder that is in use, or is the working folder; InfrastructureError where the disk refuses; what `make` throws.
 */
export async function newFolder<Made>(
  folder: string,
  make: (partial: string) => Promise<Made>,
): Promise<Made> {
  await refuseUsed(folder);
  await refuseWorkingFolder(folder);
  const parent = dirname(folder);
  const made = await makeFolder(parent).catch(unwritable(folder));
  await removeAbandoned(parent);
  const partial = partialPath(folder);
  try {
    await mkdir(partial);
    const result = await make(partial);
    await refuseUsed(folder);
    await rmdir(folder).catch(() => {});
    await rename(partial, folder);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    // Folders that were made for nothing go again, as far as nobody put anything there.
    for (let way = parent; made !== undefined && way.startsWith(made); way = dirname(way)) {
      await rmdir(way).catch(() => {});
    }
    return unwritable(folder)(error);
  }
}

async function refuseUsed(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError('new-folder', `${folder}: cannot be used (${error.code})`, {
      hint: 'give the path of a folder that does not exist yet',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new UsageError('new-folder', `${folder}: is not empty`, {
    hint: 'give another folder with --out: nothing is overwritten',
    context: { folder },
  });
}

/** A shell would be left in the folder that was there before, which nobody sees any more. */
async function refuseWorkingFolder(folder: string): Promise<void> {
  if ((await realpath(folder).catch(() => null)) !== process.cwd()) return;
  throw new UsageError('new-folder', `${folder}: is the working folder, which would be replaced`, {
    hint: 'name a folder inside it with --out',
    context: { folder },
  });
}

function unwritable(folder: string): (cause: unknown) => never {
  return (cause) => {
    const isSystem = cause instanceof Error && 'errno' in cause;
    throw isSystem ? diskError('new-folder', folder, 'written', cause) : cause;
  };
}
