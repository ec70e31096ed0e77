import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../../disk/read-regular.ts';
import { readInto } from '../files/read-into.ts';
import { BLOCK_BYTES, importProblem, unreadableImport } from './problem.ts';
import type { SourceFile } from './source-file.ts';

/** A file that is read by offset. */
export interface BinaryFile {
  readonly path: string;
  /** The name that tells its format. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Exactly these bytes, in memory of their own. @throws UsageError where the file is shorter. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
}

/**
 * Opens a file, hands it to `use`, and closes it.
 * @throws UsageError where it cannot be opened or is no regular file; whatever `use` throws.
 */
export async function* withBinaryFile<Item>(
  { path, at }: SourceFile,
  use: (file: BinaryFile) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const handle = await openRegular(at).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadableImport(path, 'no regular file');
    yield* use({
      path,
      name: at,
      sizeBytes: stats.size,
      read: (offset, length) => readExactly(handle, path, stats.size, offset, length),
    });
  } finally {
    await handle.close();
  }
}

/** How many whole rows make about one block, at least 1. */
export function rowsPerBlock(rowBytes: number): number {
  return Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
}

async function readExactly(
  handle: FileHandle,
  path: string,
  sizeBytes: number,
  offset: number,
  length: number,
): Promise<Buffer> {
  if (offset + length > sizeBytes) throw cutShort(path, sizeBytes, offset + length);
  const bytes = Buffer.from(new ArrayBuffer(length));
  const filled = await readInto(handle, bytes, offset).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  if (filled < length) throw cutShort(path, offset + filled, offset + length);
  return bytes;
}

function cutShort(path: string, endsAt: number, needed: number): Error {
  return importProblem(
    'truncated',
    `${path}: byte ${endsAt}`,
    `the file ends here, where ${needed} bytes are needed`,
    'fetch the file again: it was cut short, or is not of the format named',
  );
}
