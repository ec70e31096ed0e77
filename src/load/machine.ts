import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** What was seen of the thread and the machine between `start` and `stop`. */
export interface MachineReport {
  /** 99th percentile of the event loop's delay in milliseconds. */
  readonly loopDelayP99Ms: number;
  /** Milliseconds the event loop slept in the kernel. */
  readonly sleptMs: number;
  readonly elapsedMs: number;
  /** Share of CPU time taken by the hypervisor, in [0,1]; null where the system does not say. */
  readonly steal: number | null;
}

/** Watches this thread's event loop and the machine's stolen time. */
export interface MachineWatch {
  readonly stop: () => MachineReport;
}

const RESOLUTION_MS = 1;

/** Begins to watch; `stop` gives what was seen and may be called once. */
export function watchMachine(): MachineWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpu = readCpuTimes();
  const utilization = performance.eventLoopUtilization();
  const startedMs = performance.now();
  delay.enable();
  return {
    stop() {
      delay.disable();
      const used = performance.eventLoopUtilization(utilization);
      return {
        loopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
        sleptMs: used.idle,
        elapsedMs: performance.now() - startedMs,
        steal: stealShare(cpu, readCpuTimes()),
      };
    },
  };
}

/** CPU time of the whole machine since it began, in ticks. */
export interface CpuTimes {
  readonly total: number;
  readonly steal: number;
}

/** Reads the first line of /proc/stat text; null where it has no stolen time. */
export function parseCpuTimes(stat: string): CpuTimes | null {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.trim().split(/\s+/).map(Number) ?? [];
  const steal = fields[7];
  if (steal === undefined || fields.some(Number.isNaN)) return null;
  // Guest time (fields 9 and 10) is already counted in user and nice.
  return { total: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), steal };
}

/** Stolen share of the time between two readings, in [0,1]; null where either is missing or no time passed. */
export function stealShare(before: CpuTimes | null, after: CpuTimes | null): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  return (after.steal - before.steal) / (after.total - before.total);
}

function readCpuTimes(): CpuTimes | null {
  try {
    return parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}
