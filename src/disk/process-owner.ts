import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno } from './errno.ts';
import { statFields } from './process-stat.ts';

/** A process that something belongs to. */
export interface ProcessOwner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's ticks, so that a later process of the same number is told apart; null where that is not known. */
  readonly started: string | null;
}

/** This process. */
export function thisProcess(): ProcessOwner {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/** Whether a process runs; null where it is on another machine and cannot be asked. */
export function isRunning({ pid, host, started }: ProcessOwner): boolean | null {
  if (host !== hostname()) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isErrno(error, 'EPERM')) return false;
  }
  const now = startOf(pid);
  return started === null || now === null || now === started;
}

/** This machine in names of files: 8 hexadecimal digits of a hash of its name. */
export function hostMark(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/**
 * Whether a file or folder was left behind by a process of this machine: its name has the mark of it and the number of
 * a process, and neither that one nor a later one of the same number runs.
 */
export function isAbandoned(mark: string | undefined, pid: string | undefined): boolean {
  if (mark !== hostMark() || pid === undefined) return false;
  return isRunning({ pid: Number(pid), host: hostname(), started: null }) === false;
}

/** Whether a file or folder is of this process, by the same two parts of its name. */
export function isOfThisProcess(mark: string | undefined, pid: string | undefined): boolean {
  return Number(pid) === process.pid && mark === hostMark();
}

function startOf(pid: number): string | null {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'))[22 - 3] ?? null;
  } catch {
    return null;
  }
}
