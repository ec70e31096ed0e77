import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

/** A `bench worker` in a process of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Fulfilled with what it said when it was ready; rejected where it ends before. */
  readonly ready: Promise<string>;
  /** What it has said so far. */
  readonly said: () => string;
  /** Sends a signal and waits for the end. @returns its exit code; null where the signal ended it */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>;
}

/** Starts a worker whose jobs go to another a second after it died. */
export function startWorker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): WorkerProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=source', MAIN, 'worker', '--lock', '1', ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd, env: { ...process.env, ...env } },
  );
  let said = '';
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('gives the known lists')) resolve(said);
    });
    child.once('exit', (code, signal) => reject(new Error(`ended (${code ?? signal}): ${said}`)));
  });
  // A worker may be killed before it is ready, and nobody waits then.
  ready.catch(() => {});
  return {
    child,
    ready,
    said: () => said,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}
