import { join } from 'node:path';
import { readLock, releaseLock } from '../../disk/file-lock.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { takeOwnLock } from '../files/own-lock.ts';

/** Name of the lock in the folder of a run. */
export const RUN_LOCK = 'run.lock';

/** The right to write into a run folder; it is one process's at a time. */
export interface RunLock {
  /** @throws InfrastructureError where the folder is gone, or belongs to somebody else by now. */
  readonly check: () => Promise<void>;
  readonly release: () => Promise<void>;
}

/**
 * Takes a run folder for this process. A lock of a process that is dead, or of this process itself, is taken over; who
 * had it is told with the next write.
 * @throws UsageError where another process writes into the folder.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, RUN_LOCK);
  const token = await takeOwnLock(
    path,
    (who) =>
      new UsageError('run-locked', `${folder}: ${who} is writing this run`, {
        hint: `wait for it; where it is surely gone, delete ${path}`,
        context: { folder },
      }),
  );
  return {
    check: async () => {
      if ((await readLock(path))?.token === token) return;
      throw new InfrastructureError(
        'run-lost',
        `${folder}: the run was removed, or taken over by another process, while it was written`,
        {
          hint: 'what was measured from then on is lost: leave a run folder alone until it is finished',
          context: { folder },
        },
      );
    },
    release: () => releaseLock(path, token),
  };
}
