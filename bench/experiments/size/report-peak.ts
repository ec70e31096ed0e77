import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before a child's script: tells its parent, on file descriptor 3, what the process took, and ends it where the
 * parent is gone: one that was killed ends nobody.
 */
const parent = Number(process.env.RUN_CHILD_OF);
if (isMainThread && parent > 0) {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, 1000).unref();
}
process.on('exit', () => {
  // Threads load it too, and their end is not that of the process.
  if (!isMainThread) return;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(
    3,
    JSON.stringify({ peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }),
  );
});
