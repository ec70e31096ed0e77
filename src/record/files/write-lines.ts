import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

/** A file that was written as a stream of lines. */
export interface WrittenFile {
  readonly count: number;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
}

const CHUNK_CHARACTERS = 1 << 16;

/**
 * Writes lines (each without its line break) to a new file, no faster than the disk takes them, and until the disk has
 * all of them.
 * @throws the file system's own error, or the signal's reason.
 */
export async function writeLines(
  path: string,
  lines: Iterable<string>,
  signal?: AbortSignal,
): Promise<WrittenFile> {
  const hash = createHash('sha256');
  const stream = createWriteStream(path, { flush: true });
  // `once` rejects on an error while it waits; this one keeps an error in between from being thrown.
  let failure: unknown = null;
  stream.on('error', (error) => {
    failure = error;
  });
  try {
    let count = 0;
    let chunk = '';
    for (const line of lines) {
      chunk += `${line}\n`;
      count += 1;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      signal?.throwIfAborted();
      hash.update(chunk);
      await write(stream, chunk);
      if (failure !== null) throw failure;
      chunk = '';
    }
    hash.update(chunk);
    stream.end(chunk);
    await once(stream, 'close');
    if (failure !== null) throw failure;
    return { count, sha256: hash.digest('hex') };
  } finally {
    stream.destroy();
  }
}

async function write(stream: WriteStream, chunk: string): Promise<void> {
  if (!stream.write(chunk)) await once(stream, 'drain');
}
