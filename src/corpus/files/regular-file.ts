import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';

/**
 * The size of a file in bytes, once it is sure that it is one: reading a pipe or a device may never end.
 * @throws UsageError where it is missing, cannot be read or is no regular file
 */
export async function checkRegular(path: string): Promise<number> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (stats.isFile()) return stats.size;
  throw unreadable(path, stats.isDirectory() ? 'a folder' : 'no regular file');
}

/**
 * A text file that is read whole.
 * @throws UsageError as above, and where it is longer than `mostBytes`
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<string> {
  const size = await checkRegular(path);
  if (size > mostBytes) {
    throw new UsageError('corpus-file-size', `${path}: ${size} bytes are too many`, {
      hint: `such a file has at most ${mostBytes} bytes: check that it is the one that is meant`,
      context: { file: path },
    });
  }
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/** The error for a corpus file that cannot be opened. */
export function unreadable(path: string, cause: unknown): UsageError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return new UsageError(
    missing ? 'corpus-file-missing' : 'corpus-file-unreadable',
    missing ? `${path}: no such file` : `${path}: cannot be read (${code})`,
    {
      hint: missing
        ? 'check the corpus folder, or make one with: bench corpus generate --size 200 --out DIR'
        : 'check that it is a file that may be read',
      context: { file: path },
      cause,
    },
  );
}
