import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../errors.ts';

/** sha256 (hex) of a file. @throws the file system's own error. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Holds a file against the sha256 that it was pinned to. @throws UsageError where it is another. */
export async function checkedSha256(path: string, pinned: string, source: string): Promise<void> {
  const sha256 = await sha256Of(path);
  if (sha256 === pinned) return;
  throw new UsageError(
    'collection-hash',
    `${source}: ${basename(path)} has the sha256 ${sha256}, and not ${pinned}`,
    { hint: 'the source has changed: nothing was built from it' },
  );
}
