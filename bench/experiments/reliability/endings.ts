import type { ChildProcess } from 'node:child_process';

/** Aborts when this process is told to end, so that it ends in order. */
export function toldToEnd(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupt.abort(new Error(`ended by ${name}`)));
  }
  return interrupt.signal;
}

/** Waits for the end of a process, and says how it came: a signal, a code, or why it did not start. */
export function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(String(error)));
    child.on('close', (code, by) => resolve(by ?? `code ${code}`));
  });
}
