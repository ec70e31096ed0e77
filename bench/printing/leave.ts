import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import { livingWorkers } from '../../src/truth/workers/worker.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long threads in native code are waited for. */
const PATIENCE_MS = 5000;

/**
 * Ctrl-C, SIGTERM and the end of the terminal: the first ends the command in order, with what it has; a second ends the process at once. The
 * handlers stay until the process is gone, so that no signal cuts its last steps short.
 */
export function interruptible(): AbortSignal {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) void leave(EXIT.interrupted);
    else interrupt.abort(new Error('interrupted'));
  };
  for (const name of SIGNALS) {
    // Those that stood in while the command was loaded.
    process.removeAllListeners(name);
    process.on(name, onSignal);
  }
  return interrupt.signal;
}

/** Ends the process with the first Ctrl-C, which may have come already. */
export function leaveOn(signal: AbortSignal): void {
  const end = () => void leave(EXIT.interrupted);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}

/**
 * Ends the process with a code, whatever is still under way. Threads have been asked to end: leaving while one is in
 * native code would abort the process instead, so they are waited for a little.
 */
export async function leave(code: ExitCode): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (livingWorkers() > 0 && performance.now() < until) await sleep(10);
  if (livingWorkers() === 0) process.exit(code);
  for (const name of SIGNALS) process.removeAllListeners(name);
  // The one way out that asks no thread; to a shell its code is that of an interrupt.
  process.kill(process.pid, 'SIGINT');
}
