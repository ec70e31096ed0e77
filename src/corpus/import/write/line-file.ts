import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A file that is written line by line. */
export interface LineFile {
  /** Adds a line, without its line break. */
  readonly add: (line: string) => void;
  /** Writes what has been added; call it now and then, so that memory stays small. */
  readonly flush: () => Promise<void>;
  /** Ends the file. */
  readonly end: () => Promise<{ readonly count: number; readonly sha256: string }>;
}

/** Makes a new file for lines. @throws the file system's own error. */
export async function lineFile(path: string): Promise<LineFile> {
  const handle = await open(path, 'w');
  const hash = createHash('sha256');
  let waiting: string[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const bytes = Buffer.from(`${waiting.join('\n')}\n`);
    waiting = [];
    hash.update(bytes);
    await handle.appendFile(bytes);
  };
  return {
    add: (line) => {
      waiting.push(line);
      count += 1;
    },
    flush,
    end: async () => {
      try {
        await flush();
        await handle.sync();
      } finally {
        await handle.close();
      }
      return { count, sha256: hash.digest('hex') };
    },
  };
}
