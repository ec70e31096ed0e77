import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openRegular } from '../disk/read-regular.ts';

/**
 * sha256 (hex) over files of a folder: over one line `path sha256` a file, in the order of their paths,
 * so that a renamed, changed or missing file changes it. Streams; large weights are never held.
 */
export async function fingerprintOf(folder: string, files: readonly string[]): Promise<string> {
  const whole = createHash('sha256');
  for (const file of [...new Set(files)].sort()) {
    const hash = createHash('sha256');
    await pipeline((await openRegular(join(folder, file))).createReadStream(), hash);
    whole.update(`${file.replaceAll('\\', '/')} ${hash.digest('hex')}\n`);
  }
  return whole.digest('hex');
}
