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

/** Whether a process of this machine runs, or a later one that has its number. */
export function isRunningHere(pid: number): boolean {
  return isRunning({ pid, host: hostname(), started: null }) !== false;
}

function startOf(pid: number): string | null {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'))[22 - 3] ?? null;
  } catch {
    return null;
  }
}
