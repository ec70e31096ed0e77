import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { knownNames, scriptFlags } from '../script-flags.ts';
import { cacheFolder } from './cache-folder.ts';
import { debianRoot } from './root.ts';
import { type NamedServer, SERVERS } from './servers.ts';

/*
 * Starts PostgreSQL with pgvector, Redis, MariaDB and Chroma on free ports of loopback, runs a command with their
 * URLs in its environment, and stops them. Without a command it prints the URLs and waits until it is interrupted.
 *
 *   node --conditions=source bench/experiments/backends/start.ts [--only pgvector,redis] [--cache FOLDER] [-- COMMAND …]
 */

/** What cannot be had within this time is left out. */
const MOST_MS = 6 * 60_000;

const { values, positionals } = scriptFlags({
  allowPositionals: true,
  options: { only: { type: 'string' }, cache: { type: 'string' } },
});
const only = knownNames('only', values.only, Object.keys(SERVERS));
const cache = values.cache ?? cacheFolder('servers');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interrupted.abort());
}
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(MOST_MS)]);

const running: NamedServer[] = [];
try {
  await startAll();
  if (!interrupted.signal.aborted) process.exitCode = await use();
} finally {
  await Promise.all(running.map((server) => server.stop()));
}

async function startAll(): Promise<void> {
  const root = await debianRoot(cache, signal).catch((error: unknown) => {
    say(`none of ${only.join(', ')} can be had: ${messageOf(error)}`);
    return null;
  });
  if (root === null) return;
  const start = async (name: string): Promise<void> => {
    try {
      const server = await SERVERS[name]?.({ root, cache, signal });
      if (server === undefined) return;
      running.push(server);
      say(`export ${server.variable}=${server.url}`);
    } catch (error) {
      say(`${name} cannot be had: ${messageOf(error)}`);
    }
  };
  await Promise.all(only.map(start));
}

/** Exit code of the command; without one, waits for an interrupt. */
async function use(): Promise<number> {
  const [file, ...rest] = positionals;
  if (file === undefined) {
    if (running.length > 0) await once(interrupted.signal, 'abort');
    return 0;
  }
  const urls = Object.fromEntries(running.map(({ variable, url }) => [variable, url]));
  const child = spawn(file, rest, { stdio: 'inherit', env: { ...process.env, ...urls } });
  interrupted.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => {
    child.once('error', (error) => {
      say(error.message);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** On standard error: the command's own output stays its own. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
