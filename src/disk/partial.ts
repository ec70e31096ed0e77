import { createHash, randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isErrno } from './errno.ts';
import { isRunningHere } from './process-owner.ts';

const NAME = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.partial$/s;

/**
 * A name beside a file or folder for what shall take its place once it is whole. It tells the machine and the process,
 * so that what a killed process left behind is known.
 */
export function partialPath(path: string): string {
  const random = randomBytes(6).toString('hex');
  const base = [...basename(path)].slice(0, 40).join('');
  return join(dirname(path), `.${base}.${thisHost()}-${process.pid}-${random}.partial`);
}

/**
 * Removes from a folder what processes of this machine were writing when they were killed. What cannot be removed
 * stays: nobody reads it.
 * @returns the names that were removed
 */
export async function removeAbandoned(folder: string): Promise<string[]> {
  const removed: string[] = [];
  const here = thisHost();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, host, pid] = NAME.exec(name) ?? [];
    if (host !== here || pid === undefined) continue;
    if (isRunningHere(Number(pid))) continue;
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

function thisHost(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
