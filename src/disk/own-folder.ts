import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostMark, isAbandoned } from './process-owner.ts';

/**
 * A temporary folder that names its process and machine, after those of killed processes of this machine are removed:
 * containers may share the folder of temporary files, and not their processes.
 * @param prefix what its name begins with; of letters and dashes
 */
export async function ownFolder(prefix: string): Promise<string> {
  const own = new RegExp(`^${prefix}(\\d+)-([0-9a-f]{8})-`);
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid, host] = own.exec(name) ?? [];
    if (!isAbandoned(host, pid)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-${hostMark()}-`));
}
