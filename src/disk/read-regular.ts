import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/**
 * The bytes of a file of a record. A pipe or a device in its place, whose end may never come, is not waited for.
 * @throws UsageError where it is no file, and the file system's own error
 */
export async function readRegular(path: string): Promise<Buffer> {
  // Opened otherwise, a pipe waits until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    // The system itself says of a folder that it is one.
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new UsageError('record-file', `${path}: no regular file`, {
        hint: 'name a folder as it was written: a record holds files and folders alone',
        context: { file: path },
      });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
