import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchProcess, startBench } from '../bench-process.ts';
import { runsIn } from './left-behind.ts';
import { retrieveSubject } from './retrieve-subject.ts';

/** A run of `retrieveSubject` that goes on. */
export interface BegunRun extends Pick<BenchProcess, 'child' | 'end'> {
  /** Its folder; null where it ended without one. */
  readonly folder: string | null;
  readonly isOver: () => boolean;
}

/** Starts a run, and waits until it has a folder. */
export async function beginRun(cwd: string): Promise<BegunRun> {
  const { child, end } = startBench(retrieveSubject.argv, { cwd });
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  let folder: string | undefined;
  while (folder === undefined && !isOver) {
    await sleep(10);
    [folder] = await runsIn(cwd);
  }
  return { child, end, folder: folder ?? null, isOver: () => isOver };
}
