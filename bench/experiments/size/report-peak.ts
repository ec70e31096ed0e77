import { writeSync } from 'node:fs';

/** Loaded before a child's script: tells its parent, on file descriptor 3, what the process took. */
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(
    3,
    JSON.stringify({ peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }),
  );
});
