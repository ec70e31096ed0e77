import { execFileSync } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk in memory of a few kilobytes, gone again by `await using`. */
export interface SmallDisk extends AsyncDisposable {
  /** Gives it room. */
  readonly grow: () => Promise<void>;
  /** Takes what room there is. */
  readonly fill: () => Promise<void>;
  readonly makeReadOnly: () => Promise<void>;
}

/** Mounts one; null where that is not allowed (Linux and root are needed), and the try counts for nothing lost. */
export async function mountSmall(folder: string, sizeKb: number): Promise<SmallDisk | null> {
  await mkdir(folder, { recursive: true });
  const mount = (...words: readonly string[]) =>
    execFileSync('mount', [...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    mount('-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', folder);
  } catch {
    return null;
  }
  return {
    grow: async () => void mount('-o', 'remount,size=64m', folder),
    makeReadOnly: async () => void mount('-o', 'remount,ro', folder),
    fill: async () => {
      const file = await open(join(folder, 'filler'), 'w');
      const block = Buffer.alloc(4096);
      try {
        for (;;) await file.write(block);
      } catch {
        // Full.
      } finally {
        await file.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', ['-l', folder]);
    },
  };
}
