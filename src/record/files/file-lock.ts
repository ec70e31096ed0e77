import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfrastructureError } from '../../errors.ts';
import { isErrno } from './errno.ts';

/** How long a lock is waited for, and when one is taken for abandoned; milliseconds. */
export interface LockOptions {
  readonly waitMs?: number;
  /** Age after which a lock whose owner cannot be asked (another host, unreadable) is abandoned. */
  readonly staleMs?: number;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
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
  const token = await acquire(path, options.waitMs ?? 10_000, options.staleMs ?? 30_000);
  try {
    return await action();
  } finally {
    // Only our own lock: after a takeover the file belongs to somebody else.
    if ((await readOwner(path))?.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, waitMs: number, staleMs: number): Promise<string> {
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    token: randomBytes(8).toString('hex'),
  };
  const draft = `${path}.${owner.token}`;
  const deadline = Date.now() + waitMs;
  let pauseMs = 1;
  try {
    await writeFile(draft, JSON.stringify(owner), { flag: 'wx' });
    for (;;) {
      if (await place(draft, path)) return owner.token;
      if (await isStale(path, staleMs)) {
        await takeAway(path, `${draft}.stale`, staleMs);
        continue;
      }
      if (Date.now() > deadline) throw lockTaken(path);
      await sleep(pauseMs + Math.random() * pauseMs);
      pauseMs = Math.min(pauseMs * 2, 50);
    }
  } catch (error) {
    if (error instanceof InfrastructureError) throw error;
    throw new InfrastructureError('lock', `cannot take the lock ${path}`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Puts the lock in place unless there is one; a hard link appears with its content, so no reader sees it empty. */
async function place(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
  }
  // File systems without hard links.
  try {
    await writeFile(path, await readFile(draft), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moves an abandoned lock out of the way; a live one that slipped in meanwhile is put back. */
async function takeAway(path: string, aside: string, staleMs: number): Promise<void> {
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if (!(await isStale(aside, staleMs))) await place(aside, path);
  await rm(aside, { force: true });
}

async function isStale(path: string, staleMs: number): Promise<boolean> {
  const owner = await readOwner(path);
  if (owner !== null && owner.host === hostname()) return !isAlive(owner.pid);
  try {
    return Date.now() - (await stat(path)).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, host, token } = value as Partial<Record<keyof Owner, unknown>>;
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token }
      : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

function lockTaken(path: string): InfrastructureError {
  return new InfrastructureError('lock-taken', `the lock ${path} is held by another process`, {
    hint: 'wait for the other process; if none is running, delete the lock file',
  });
}
