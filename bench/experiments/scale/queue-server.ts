import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endWithUs } from '../end-with-us.ts';

/** Programs that serve a queue. */
export type ServerProgram = 'redis-server' | 'valkey-server';

/** Those that are installed; what needs one that is not is skipped by name. */
export const SERVER_PROGRAMS: readonly ServerProgram[] = (
  ['redis-server', 'valkey-server'] as const
).filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

/** The first of them; null where there is none. */
export const SERVER_PROGRAM = SERVER_PROGRAMS[0] ?? null;

/** A server of one's own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Kills it without warning and starts it again from its append-only file. */
  readonly restart: () => Promise<void>;
  /** Kills it without warning, and leaves it away. */
  readonly kill: () => Promise<void>;
}

/** Starts a server on a free port with an append-only file in a folder of its own. */
export async function startQueueServer(
  more: readonly string[] = [],
  program = SERVER_PROGRAM,
): Promise<TestServer> {
  if (program === null) throw new Error('neither redis-server nor valkey-server is here');
  const folder = await mkdtemp(join(tmpdir(), 'queue-'));
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const child = endWithUs(
      spawn(
        program,
        [
          ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
          ...['--appendonly', 'yes', '--appendfsync', 'everysec', ...more],
        ],
        { stdio: 'ignore' },
      ),
    );
    await answers(port);
    return child;
  };
  let child = await start();
  const kill = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      child = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const probe = new Redis({
      port,
      host: '127.0.0.1',
      lazyConnect: true,
      retryStrategy: () => null,
    });
    let said = '';
    probe.on('error', (error) => {
      said = error.message;
    });
    try {
      await probe.connect();
      await probe.ping();
      return;
    } catch (error) {
      // One that wants a password is there.
      if (said.includes('NOAUTH')) return;
      if (tries === 100) throw error;
      await wait(50);
    } finally {
      probe.disconnect();
    }
  }
}
