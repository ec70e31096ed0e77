import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { cacheFolder } from '../backends/cache-folder.ts';
import { debianRoot } from '../backends/root.ts';

/** Where Python is run: on this system, or in a newer one that was made for the servers of the tests. */
export interface PythonPlace extends AsyncDisposable {
  readonly name: string;
  /** A folder of this system for files of the peers, which goes away in the end. */
  readonly folder: string;
  /** What the place calls a file of that folder. */
  readonly inside: (name: string) => string;
  readonly command: (command: readonly string[]) => readonly string[];
}

/**
 * The newest Python that this machine has: that of the Debian 13 root of `npm run servers` where it was made, with
 * newer libraries than those of Debian 12, and else this system's.
 */
export async function newestPython(): Promise<PythonPlace> {
  const cache = cacheFolder('servers');
  const hasRoot = existsSync(join(cache, 'trixie')) && process.getuid?.() === 0;
  const root = hasRoot ? await debianRoot(cache, new AbortController().signal) : null;
  const folder = await mkdtemp(join(root === null ? tmpdir() : join(root.folder, 'tmp'), 'exact-'));
  await copyFile(join(import.meta.dirname, 'peer.py'), join(folder, 'peer.py'));
  return {
    name: root === null ? 'this system' : 'Debian 13',
    folder,
    inside: (name) => join(root === null ? folder : join('/', relative(root.folder, folder)), name),
    command: (command) => (root === null ? command : root.within(command)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
