import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../end-with-us.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** Starts `bench worker` with one thread in a process of its own, and waits until it has proved itself. */
export async function startWorker(
  queue: string,
  store: string,
  more: readonly string[] = [],
): Promise<AsyncDisposable & { readonly child: ChildProcess }> {
  const child = endWithUs(
    spawn(
      process.execPath,
      [
        ...['--conditions=source', MAIN, 'worker', '--queue', queue, '--store', store],
        ...['--threads', '1', ...more],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('gives the known lists')) resolve();
    });
    child.once('exit', () => reject(new Error(`the worker ended: ${output}`)));
  });
  return {
    child,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
