import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { atExit } from '../at-exit.ts';
import { isErrno } from './errno.ts';
import { hostMark, isAbandoned, isOfThisProcess } from './process-owner.ts';

const NAME = /^(\..*\.)([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.partial$/s;

/**
 * A name beside a file or folder for what shall take its place once it is whole. It tells the machine and the process,
 * so that what a killed process left behind is known. A process that ends before the place is taken removes it.
 */
export function partialPath(path: string): string {
  WRITTEN_IN.add(resolve(dirname(path)));
  // The end of a thread is not that of the others, which have the same pid.
  if (isMainThread) atExit(removeOwn);
  const random = randomBytes(6).toString('hex');
  return join(dirname(path), `${prefixOf(path)}${hostMark()}-${process.pid}-${random}.partial`);
}

/** Folders in which this process began to write something. */
const WRITTEN_IN = new Set<string>();

/** A process that ends at once, as by a second Ctrl-C, leaves nothing half-written behind. */
function removeOwn(): void {
  for (const folder of WRITTEN_IN) {
    try {
      for (const name of readdirSync(folder).filter(isOwn)) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    } catch {
      // It is gone, or what is left there is one of a dead process soon.
    }
  }
}

function isOwn(name: string): boolean {
  const [, , host, pid] = NAME.exec(name) ?? [];
  return isOfThisProcess(host, pid);
}

/** What the names begin with. */
function prefixOf(path: string): string {
  return `.${[...basename(path)].slice(0, 40).join('')}.`;
}

/** What killed processes had left in a folder when this one first wrote there. */
const leftIn = new Map<string, Promise<string[]>>();

/** A name of `partialPath`, after what killed processes were writing for this very file has been removed. */
export async function freshPartial(path: string): Promise<string> {
  const folder = dirname(path);
  if (!leftIn.has(folder)) leftIn.set(folder, abandonedIn(folder));
  const names = (await leftIn.get(folder)) ?? [];
  await removeAll(
    folder,
    names.filter((name) => NAME.exec(name)?.[1] === prefixOf(path)),
  );
  return partialPath(path);
}

/**
 * Removes from a folder what processes of this machine were writing when they were killed. What cannot be removed
 * stays: nobody reads it.
 * @returns the names that were removed
 */
export async function removeAbandoned(folder: string): Promise<string[]> {
  return await removeAll(folder, await abandonedIn(folder));
}

async function abandonedIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => {
    const [, , host, pid] = NAME.exec(name) ?? [];
    return isAbandoned(host, pid);
  });
}

async function removeAll(folder: string, names: readonly string[]): Promise<string[]> {
  const removed: string[] = [];
  for (const name of names) {
    const gone = await rm(join(folder, name), { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (gone) removed.push(name);
  }
  return removed;
}

/**
 * Puts a whole file in place unless there is one; a hard link appears with its content, so no reader sees it empty.
 * @returns false where there is one
 */
export async function placeNew(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
  }
  // File systems without hard links.
  try {
    await writeFile(path, await readFile(partial), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Whether a name is one of `partialPath`. */
export function isPartial(name: string): boolean {
  return NAME.test(name);
}
