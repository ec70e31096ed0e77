import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Root } from './root.ts';
import { finished, freePort, type RunningServer, serverOn } from './run.ts';

/** Where a server is made and run. */
export interface Ground {
  readonly root: Root;
  /** Kept between runs. */
  readonly cache: string;
  readonly signal: AbortSignal;
}

/** A server that listens, and the variable of the environment that tests read its URL from. */
export interface NamedServer extends RunningServer {
  readonly variable: string;
  readonly url: string;
}

/** Each server by name: starts it on a free port of loopback, with data that are gone when it stops. */
export const SERVERS: Readonly<Record<string, (ground: Ground) => Promise<NamedServer>>> = {
  pgvector: async (ground) => {
    const bin = '/usr/lib/postgresql/17/bin';
    const data = `/var/lib/postgresql/bench-${process.pid}`;
    const init = [`${bin}/initdb`, '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'];
    const port = await freePort();
    const settings = ['-h', '127.0.0.1', '-k', '', '-c', 'shared_buffers=256MB', '-c', 'fsync=off'];
    const server = await prepared(ground, 'pgvector', data, {
      port,
      user: 'postgres',
      init,
      serve: [`${bin}/postgres`, '-D', data, '-p', String(port), ...settings],
    });
    const url = `pgvector://postgres@127.0.0.1:${port}/postgres`;
    return { ...server, variable: 'PGVECTOR_URL', url };
  },
  redis: async (ground) => {
    const port = await freePort();
    const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = await prepared(ground, 'redis', null, {
      port,
      user: 'redis',
      serve: ['/usr/bin/redis-server', '--port', String(port), ...settings],
    });
    return { ...server, variable: 'REDIS_URL', url: `redis://127.0.0.1:${port}` };
  },
  mariadb: async (ground) => {
    const data = `/var/lib/mysql/bench-${process.pid}`;
    const port = await freePort();
    const install = ['/usr/bin/mariadb-install-db', '--no-defaults', `--datadir=${data}`];
    const serve = [
      ...['/usr/sbin/mariadbd', '--no-defaults', `--datadir=${data}`, `--port=${port}`],
      ...['--bind-address=127.0.0.1', `--socket=${data}/s.sock`, '--mhnsw-max-cache-size=512M'],
      ...['--max-allowed-packet=64M', '--innodb-flush-log-at-trx-commit=0'],
    ];
    const server = await prepared(ground, 'mariadb', data, {
      port,
      user: 'mysql',
      init: [...install, '--auth-root-authentication-method=normal'],
      serve,
    });
    return { ...server, variable: 'MARIADB_URL', url: `mariadb://root@127.0.0.1:${port}/test` };
  },
  chroma: async ({ root, cache, signal }) => {
    const folder = join(cache, 'chroma');
    const log = join(cache, 'chroma.log');
    const npm = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, CHROMA];
    if (!existsSync(join(folder, 'node_modules'))) {
      await mkdir(folder, { recursive: true });
      await finished(npm, log, signal);
    }
    // Its binding needs a newer libc than Debian 12 has: Node runs with the root's.
    const library = join(root.folder, 'usr/lib/x86_64-linux-gnu');
    const data = join(cache, `chroma-${process.pid}`);
    const port = await freePort();
    const command = ['run', '--path', data, '--host', '127.0.0.1', '--port', String(port)];
    const server = await serverOn(
      port,
      [
        ...[join(library, 'ld-linux-x86-64.so.2'), '--library-path', library],
        ...[process.execPath, '--eval', CLI, join(folder, 'node_modules', PACKAGE), ...command],
      ],
      log,
      signal,
    );
    return {
      variable: 'CHROMA_URL',
      url: `chroma://127.0.0.1:${port}`,
      stop: async () => {
        await server.stop();
        await rm(data, { recursive: true, force: true });
      },
    };
  },
};

const PACKAGE = 'chromadb-js-bindings-linux-x64-gnu';
const CHROMA = `${PACKAGE}@1.3.4`;
const CLI = 'require(process.argv[1]).cli(["chroma", ...process.argv.slice(2)])';

interface Recipe {
  readonly port: number;
  readonly user: string;
  readonly init?: readonly string[];
  readonly serve: readonly string[];
}

/** Makes the data, starts the server, and removes the data when it stops. */
async function prepared(
  { root, cache, signal }: Ground,
  name: string,
  data: string | null,
  { port, user, init, serve }: Recipe,
): Promise<RunningServer> {
  const log = join(cache, `${name}.log`);
  const remove = async () => {
    if (data !== null) await rm(join(root.folder, data), { recursive: true, force: true });
  };
  try {
    if (init !== undefined) await finished(root.within(init, user), log, signal);
    const server = await serverOn(port, root.within(serve, user), log, signal);
    const stop = async () => {
      await server.stop();
      await remove();
    };
    return { stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
