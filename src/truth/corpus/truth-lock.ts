import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { releaseLock } from '../../disk/file-lock.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { UsageError } from '../../errors.ts';
import { takeOwnLock } from '../../record/files/own-lock.ts';

const LOCK = 'truth.lock';

/** The right to write into the folder of a truth; it is one process's at a time. */
export interface TruthLock {
  readonly release: () => Promise<void>;
}

/**
 * Keeps the folder of a truth, which is made, from other processes: what is unfinished there is used, moved and cleared
 * by the one that computes.
 * @throws UsageError where another process computes a truth or vectors there; InfrastructureError where the disk refuses
 */
export async function lockTruth(folder: string): Promise<TruthLock> {
  const made = await makeFolder(folder).catch((cause: unknown) => {
    throw diskError('truth-write', folder, 'made', cause);
  });
  const path = join(folder, LOCK);
  const token = await takeOwnLock(
    path,
    (who) =>
      new UsageError('truth-locked', `${folder}: ${who} is computing a truth there`, {
        hint: `wait for it, or name another folder with --out; where it is surely gone, delete ${path}`,
        context: { folder },
      }),
  );
  return {
    release: async () => {
      await releaseLock(path, token);
      // Folders that were made for nothing go again.
      for (let way = folder; made !== undefined && way.startsWith(made); way = dirname(way)) {
        await rmdir(way).catch(() => {});
      }
    },
  };
}
