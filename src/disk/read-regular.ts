import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/**
 * Opens a file for reading. A pipe or a device in its place, whose end may never come, is not waited for.
 * @throws UsageError where it is no file, and the file system's own error
 */
export async function openRegular(path: string): Promise<FileHandle> {
  // Opened otherwise, a pipe waits until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    await requireRegular(handle, path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The bytes of a file.
 * @throws as `openRegular` does
 */
export async function readRegular(path: string): Promise<Buffer> {
  const handle = await openRegular(path);
  try {
    return await handle.readFile();
  } catch (error) {
    // What fails once a file is open, as with a folder, is told without its name.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  } finally {
    await handle.close();
  }
}

/**
 * Makes sure that a file is one before a library opens it, which would wait for a pipe.
 * @throws as `openRegular` does
 */
export async function expectRegular(path: string): Promise<void> {
  await (await openRegular(path)).close();
}

/** Makes sure that what was opened is a file; of a folder the system itself says so once it is read. @throws UsageError */
export async function requireRegular(handle: FileHandle, path: string): Promise<void> {
  const stats = await handle.stat();
  if (stats.isFile() || stats.isDirectory()) return;
  throw new UsageError('no-regular-file', `${path}: no regular file`, {
    hint: 'name a file: pipes and devices are not read, since their end may never come',
    context: { file: path },
  });
}
