import { takeLock } from '../../disk/file-lock.ts';

/**
 * Takes a lock that one process holds for as long as it works, without waiting. A lock of a process that is dead, or of
 * this process itself, is taken over; one of another machine, whose processes cannot be asked for, never.
 * @param taken the error where another process holds it; `who`: e.g. `the process 12 of build-3`
 * @returns the token that it is released by
 * @throws what `taken` gives; InfrastructureError where the disk refuses
 */
export function takeOwnLock(path: string, taken: (who: string) => Error): Promise<string> {
  return takeLock(path, {
    waitMs: 0,
    staleMs: Number.POSITIVE_INFINITY,
    takesOver: ({ pid }) => pid === process.pid,
    taken: (owner) =>
      taken(owner === null ? 'another process' : `the process ${owner.pid} of ${owner.host}`),
  });
}
