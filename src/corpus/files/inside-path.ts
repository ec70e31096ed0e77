import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { checkRegular, unreadable } from './regular-file.ts';

/**
 * Absolute path of a regular file that a corpus names by its path from the folder on; null where it leaves the
 * folder, as written or through links.
 * @throws UsageError where it is missing, cannot be read or is no regular file
 */
export async function insidePath(folder: string, file: string): Promise<string | null> {
  const path = resolve(folder, file);
  if (isAbsolute(file) || file.includes('\0') || leaves(resolve(folder), path)) return null;
  const [realFolder, realFile] = await Promise.all([realpath(folder), realpath(path)]).catch(
    (cause: unknown) => {
      throw unreadable(path, cause);
    },
  );
  if (leaves(realFolder, realFile)) return null;
  await checkRegular(path);
  return path;
}

/** A path with `/`, whatever the system writes. */
export function posixPath(path: string): string {
  return path.split(sep).join('/');
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
