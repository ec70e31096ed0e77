import { rename, rm } from 'node:fs/promises';
import { freshPartial } from './partial.ts';

/**
 * Puts a file in its place once it is written whole: `write` fills a file beside it, and says so only after the disk
 * has all of it. Where that fails nothing is left beside, and what was there before stays. What a killed process was
 * writing for this file is removed.
 * @throws what `write` throws, and the file system's own error
 */
export async function putInPlace(
  path: string,
  write: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = await freshPartial(path);
  try {
    await write(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
}
