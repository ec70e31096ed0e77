import { fork } from 'node:child_process';
import { InfrastructureError } from '../../errors.ts';

/** A server that runs in a process of its own. */
export interface ChildServer {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const READY_WITHIN_MS = 15_000;

/**
 * Starts a module in a child process and waits until it reports its port as `{ port }`.
 * @throws InfrastructureError where it ends or stays silent instead.
 */
export async function startChildServer(
  module: URL,
  args: readonly string[] = [],
): Promise<ChildServer> {
  const child = fork(module, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = Promise.withResolvers<number>();
  child.once('message', (message) => {
    if (typeof message === 'object' && message !== null && 'port' in message) {
      ready.resolve(Number(message.port));
    }
  });
  child.once('error', ready.reject);
  child.once('exit', (code) => ready.reject(new Error(`it ended with ${code}`)));
  const timer = setTimeout(() => ready.reject(new Error('it stayed silent')), READY_WITHIN_MS);
  try {
    const port = await ready.promise;
    return {
      url: `http://127.0.0.1:${port}`,
      pid: child.pid ?? 0,
      async stop() {
        if (child.connected) child.disconnect();
        child.kill('SIGTERM');
        await exited;
      },
    };
  } catch (cause) {
    child.kill('SIGKILL');
    throw new InfrastructureError(
      'load-child-server',
      `local server did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'does this machine allow child processes and ports on 127.0.0.1?', cause },
    );
  } finally {
    clearTimeout(timer);
  }
}
