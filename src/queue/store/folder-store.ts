import { access, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../../disk/errno.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { openRegular } from '../../disk/read-regular.ts';
import { InfrastructureError } from '../../errors.ts';
import { readAtOnce } from '../../record/files/read-at-once.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import { type ObjectName, type SharedStore, storePath } from './shared-store.ts';

/** Files of this size and more are read in one go. */
const LARGE_BYTES = 1 << 20;

/**
 * A folder that all machines see. An object is written beside its place under a name that nobody else has, synced, and
 * renamed into place.
 */
export function folderStore(folder: string): SharedStore {
  const placeOf = (name: ObjectName) => join(folder, storePath(name));
  const has = (name: ObjectName) =>
    access(placeOf(name)).then(
      () => true,
      () => false,
    );
  return {
    label: `folder ${folder}`,
    has,
    get: async (name) => {
      const path = placeOf(name);
      try {
        return await readWhole(path);
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return null;
        throw refused(path, 'read', error);
      }
    },
    putOnce: async (name, bytes) => {
      if (await has(name)) return false;
      const path = placeOf(name);
      try {
        await makeFolder(dirname(path));
        await writeWhole(path, bytes);
        return true;
      } catch (error) {
        throw refused(path, 'written', error);
      }
    },
    remove: (name) => rm(placeOf(name), { force: true }),
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  await using handle = await openRegular(path);
  const { size } = await handle.stat();
  return size < LARGE_BYTES ? new Uint8Array(await handle.readFile()) : await readAtOnce(path);
}

function refused(path: string, what: string, cause: unknown): InfrastructureError {
  if (cause instanceof InfrastructureError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new InfrastructureError('store', `${path}: cannot be ${what} (${code})`, {
    hint: 'every machine needs the same folder, with the right to read and to write it, and free space',
    cause,
  });
}
