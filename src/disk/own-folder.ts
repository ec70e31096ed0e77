import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../at-exit.ts';
import { hostMark, isAbandoned } from './process-owner.ts';

/** Temporary folders of this process. */
const OWN = new Set<string>();

function removeOwn(): void {
  for (const folder of OWN) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // What is left there is of a dead process soon.
    }
  }
}

/**
 * A temporary folder that goes with its process, and names it and its machine. Those of killed processes of this
 * machine are removed first: containers may share the folder of temporary files, and not their processes.
 * @param prefix what its name begins with; of letters and dashes
 */
export async function ownFolder(prefix: string): Promise<string> {
  const own = new RegExp(`^${prefix}(\\d+)-([0-9a-f]{8})-`);
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid, host] = own.exec(name) ?? [];
    if (!isAbandoned(host, pid)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-${hostMark()}-`));
  OWN.add(folder);
  atExit(removeOwn);
  return folder;
}
