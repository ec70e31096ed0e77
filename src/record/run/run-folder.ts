import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { UsageError } from '../../errors.ts';
import { lockRun } from './run-lock.ts';
import { RunWriter } from './run-writer.ts';

/** Where a run is written, and what may be injected. */
export interface CreateRunOptions {
  /** Folder that holds run folders; made where it does not exist. */
  readonly parentFolder: string;
  /** Name of the run folder; by default the UTC time and a random suffix. */
  readonly id?: string;
  readonly clock?: () => Date;
  readonly suffix?: () => string;
}

/**
 * Makes the folder of a new run and opens its journal; never writes into an existing one.
 * @throws UsageError where `id` is taken or no file name.
 * @throws InfrastructureError where the disk refuses.
 */
export async function createRun(options: CreateRunOptions): Promise<RunWriter> {
  const { parentFolder, id } = options;
  const clock = options.clock ?? (() => new Date());
  const suffix = options.suffix ?? (() => randomBytes(3).toString('hex'));
  if (id !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
    throw new UsageError('run-id', `${JSON.stringify(id)} cannot name a run`, {
      hint: 'use letters, digits, dots, dashes and underscores',
    });
  }
  const createdAt = clock();
  for (let attempt = 0; attempt < 8; attempt++) {
    const name = id ?? `${timeStamp(createdAt)}-${suffix()}`;
    const folder = join(parentFolder, name);
    if (await makeRunFolder(parentFolder, folder)) {
      const lock = await lockRun(folder);
      const writer = new RunWriter({
        id: name,
        folder,
        createdAt: createdAt.toISOString(),
        clock,
        lock,
      });
      await writer.begin();
      return writer;
    }
    if (id !== undefined) break;
  }
  throw new UsageError('run-exists', `a run is already in ${join(parentFolder, id ?? '')}`, {
    hint: 'runs are never overwritten: choose another id',
  });
}

function timeStamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(':', '-').concat('Z');
}

async function makeRunFolder(parentFolder: string, folder: string): Promise<boolean> {
  try {
    await makeFolder(parentFolder);
    await mkdir(folder);
    return true;
  } catch (cause) {
    const { path } = cause as NodeJS.ErrnoException;
    if (isErrno(cause, 'EEXIST') && path === folder) return false;
    throw diskError('run-folder', folder, 'made', cause);
  }
}
