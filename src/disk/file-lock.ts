import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../at-exit.ts';
import { InfrastructureError } from '../errors.ts';
import { diskError } from './disk-error.ts';
import { freshPartial, partialPath, placeNew } from './partial.ts';
import { isRunning, type ProcessOwner, thisProcess } from './process-owner.ts';
import { readRegular } from './read-regular.ts';

/** How long a lock is waited for, and when one is taken for abandoned; milliseconds. */
export interface LockOptions {
  readonly waitMs?: number;
  /** Age after which a lock whose owner cannot be asked (another host, unreadable) is abandoned. */
  readonly staleMs?: number;
}

/** How a lock is taken by itself, and not around an action. */
export interface TakeOptions extends LockOptions {
  /** Whether a lock is taken over though its owner lives. */
  readonly takesOver?: (owner: LockOwner) => boolean;
  /** The error where it stays taken; the owner is null where the file does not say. */
  readonly taken?: (owner: LockOwner | null) => Error;
}

/** What a lock file says: whose it is, and which lock of that process. */
export interface LockOwner extends ProcessOwner {
  readonly token: string;
}

/**
 * Runs an action while holding a lock file, and removes the file afterwards.
 * A lock whose owner is dead is taken over.
 * @throws InfrastructureError where the lock stays taken for `waitMs`.
 */
export async function withFileLock<Value>(
  path: string,
  action: () => Promise<Value>,
  options: LockOptions = {},
): Promise<Value> {
  const token = await takeLock(path, options);
  try {
    return await action();
  } finally {
    await releaseLock(path, token);
  }
}

/** The lock file of a file: beside the file itself, whatever link it was named by. */
export async function lockOf(file: string, suffix = '.lock'): Promise<string> {
  const own = await realpath(file).catch(() => file);
  return `${own}${suffix}`;
}

/** Locks of this process, by their paths. */
const HELD = new Map<string, string>();

/** A process that ends at once, as by a second Ctrl-C, leaves no lock behind. */
function releaseAll(): void {
  for (const [path, token] of HELD) {
    try {
      if (ownerIn(readFileSync(path))?.token === token) rmSync(path);
    } catch {
      // It is gone, or it is one of a dead process soon.
    }
  }
}

/** Removes a lock file that is still the one of this token; after a takeover it belongs to somebody else. */
export async function releaseLock(path: string, token: string): Promise<void> {
  if (HELD.get(path) === token) HELD.delete(path);
  // A lock that cannot be removed is one of a dead process soon.
  if ((await readLock(path))?.token === token) await rm(path, { force: true }).catch(() => {});
}

/**
 * Takes a lock file that stays until `releaseLock`, or until this process is dead and somebody asks.
 * @returns the token that it is released by
 * @throws InfrastructureError where the disk refuses, and what `taken` gives where it stays taken for `waitMs`.
 */
export async function takeLock(path: string, options: TakeOptions = {}): Promise<string> {
  const { waitMs = 10_000, staleMs = 30_000, takesOver = () => false, taken } = options;
  const owner: LockOwner = { ...thisProcess(), token: randomBytes(8).toString('hex') };
  const draft = await freshPartial(path);
  // The clock of the day may be set meanwhile.
  const deadline = performance.now() + waitMs;
  let pauseMs = 1;
  try {
    await writeFile(draft, JSON.stringify(owner), { flag: 'wx' });
    for (;;) {
      if (await placeNew(draft, path)) {
        hold(path, owner.token);
        return owner.token;
      }
      const held = await readLock(path);
      if ((held !== null && takesOver(held)) || (await isStale(path, staleMs))) {
        await takeAway(path, partialPath(path), { staleMs, takesOver });
        continue;
      }
      if (performance.now() >= deadline) throw taken?.(held) ?? lockTaken(path);
      await sleep(pauseMs + Math.random() * pauseMs);
      pauseMs = Math.min(pauseMs * 2, 50);
    }
  } catch (error) {
    throw diskError('lock', path, 'locked', error);
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
}

function hold(path: string, token: string): void {
  atExit(releaseAll);
  HELD.set(path, token);
}

/** Moves an abandoned lock out of the way; a live one that slipped in meanwhile is put back. */
async function takeAway(
  path: string,
  aside: string,
  { staleMs, takesOver }: Required<Pick<TakeOptions, 'staleMs' | 'takesOver'>>,
): Promise<void> {
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const held = await readLock(aside);
  const isOurs = held !== null && takesOver(held);
  if (!isOurs && !(await isStale(aside, staleMs))) await placeNew(aside, path);
  await rm(aside, { force: true });
}

async function isStale(path: string, staleMs: number): Promise<boolean> {
  const owner = await readLock(path);
  const runs = owner === null ? null : isRunning(owner);
  if (runs !== null) return !runs;
  try {
    return Date.now() - (await stat(path)).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

/** What a lock file says; null where there is none, or it says nothing that can be read. */
export async function readLock(path: string): Promise<LockOwner | null> {
  return await readRegular(path).then(ownerIn, () => null);
}

function ownerIn(bytes: Buffer): LockOwner | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, host, token, started } = value as Partial<Record<keyof LockOwner, unknown>>;
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token, started: typeof started === 'string' ? started : null }
      : null;
  } catch {
    return null;
  }
}

function lockTaken(path: string): InfrastructureError {
  return new InfrastructureError('lock-taken', `the lock ${path} is held by another process`, {
    hint: 'wait for the other process; if none is running, delete the lock file',
  });
}
