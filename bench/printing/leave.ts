import { sayLast } from '../../src/crash.ts';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import { stopThreads } from '../../src/truth/workers/worker.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C, SIGTERM and the end of the terminal: the first ends the command in order, with what it has; a second ends the
 * process at once. The handlers stay until the process is gone, so that no signal cuts its last steps short.
 */
export function interruptible(): AbortSignal {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) leave(EXIT.interrupted);
    else interrupt.abort(new Error('interrupted'));
  };
  for (const name of SIGNALS) {
    // Those that stood in while the command was loaded; with none in between, a signal that has come meanwhile would
    // be dropped.
    const before = process.listeners(name);
    process.on(name, onSignal);
    for (const one of before) process.off(name, one);
  }
  return interrupt.signal;
}

/** Ends the process with the first Ctrl-C, which may have come already. */
export function leaveOn(signal: AbortSignal): void {
  const end = () => leave(EXIT.interrupted);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}

/** Ends the process with a code, whatever is still under way; threads in native code are waited for a little. */
export function leave(code: ExitCode): void {
  if (stopThreads()) process.exit(code);
  sayLast('bench: interrupted\n');
  for (const name of SIGNALS) process.removeAllListeners(name);
  // Leaving while a thread is in native code aborts the process. This way out asks no thread; to a shell its code is
  // that of an interrupt.
  process.kill(process.pid, 'SIGINT');
}
