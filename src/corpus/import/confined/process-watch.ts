import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { statFields } from '../../../disk/process-stat.ts';

/** What a process may use. */
export interface ProcessLimits {
  /** Memory of all kinds. */
  readonly residentBytes: number;
  /** Time of the processor between two signs of life. */
  readonly cpuMs: number;
}

/** Why a process was ended. */
export type Excess = 'memory' | 'time';

/** A watch over a process; it ends with `using`. */
export interface ProcessWatch extends Disposable {
  /** What it had too much of; null where it was not ended. */
  excess: Excess | null;
  /** Notes a sign of life. */
  readonly alive: () => void;
}

const EVERY_MS = 50;
const PAGE_BYTES = 4096;
const TICK_MS = 10;

/**
 * Ends a process that holds more memory or computes longer than it may. The limit of its heap leaves out buffers, which
 * is where most of what a library unpacks lies. Linux only: elsewhere there is no such file, and nothing is watched.
 */
export function watchProcess(child: ChildProcess, limits: ProcessLimits): ProcessWatch {
  let usedMs = 0;
  let seenMs = 0;
  const look = async (): Promise<void> => {
    const usage = usageIn(await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => ''));
    if (usage === null || watch.excess !== null) return;
    usedMs = usage.cpuMs;
    if (usage.residentBytes > limits.residentBytes) watch.excess = 'memory';
    else if (usedMs - seenMs > limits.cpuMs) watch.excess = 'time';
    if (watch.excess !== null) child.kill('SIGKILL');
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  const watch: ProcessWatch = {
    excess: null,
    alive: () => {
      seenMs = usedMs;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
  return watch;
}

/** Fields 14, 15 and 24 of proc(5): time in user and system mode in hundredths of a second, resident pages. */
function usageIn(stat: string): ProcessLimits | null {
  const fields = statFields(stat).map(Number);
  const [user = Number.NaN, system = Number.NaN, pages = Number.NaN] = [11, 12, 21].map(
    (at) => fields[at],
  );
  const usage = { cpuMs: (user + system) * TICK_MS, residentBytes: pages * PAGE_BYTES };
  return Number.isFinite(usage.cpuMs + usage.residentBytes) ? usage : null;
}
