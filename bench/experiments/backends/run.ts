import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A server that was started here. */
export interface RunningServer {
  readonly stop: () => Promise<void>;
}

/**
 * Runs a command to its end; its output goes to a file.
 * @throws Error that names the command, its end and the file.
 */
export async function finished(
  command: readonly string[],
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const child = started(command, logFile);
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  const [code, by] = await ended(child);
  signal.removeEventListener('abort', kill);
  if (code === 0) return;
  const how = signal.aborted ? 'was given up' : `ended with ${by ?? code}`;
  throw new Error(`${command.slice(0, 3).join(' ')} … ${how}; see ${logFile}`);
}

/** Starts a server, and waits until its port takes a connection. @throws Error where it ends before, or takes too long */
export async function serverOn(
  port: number,
  command: readonly string[],
  logFile: string,
  signal: AbortSignal,
): Promise<RunningServer> {
  const child = started(command, logFile);
  const gone = ended(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const isGone = await Promise.race([gone, setTimeout(5_000, null)]);
    if (isGone === null) child.kill('SIGKILL');
    await gone;
  };
  const untilMs = performance.now() + 60_000;
  while (!(await answers(port))) {
    const isEnded = child.exitCode !== null || child.signalCode !== null;
    if (!isEnded && !signal.aborted && performance.now() < untilMs) {
      await setTimeout(100);
      continue;
    }
    if (!isEnded) await stop();
    throw new Error(`nothing listens on port ${port}; see ${logFile}`);
  }
  return { stop };
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ends with this process, however that ends. */
function boundToUs(command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', ...command] : command;
}

function started(command: readonly string[], logFile: string): ChildProcess {
  const [file = '', ...rest] = boundToUs(command);
  const child = spawn(file, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once('exit', () => log.end());
  return child;
}

async function ended(child: ChildProcess): Promise<readonly [number | null, string | null]> {
  return await new Promise((resolve) => {
    child.once('error', () => resolve([127, null]));
    // Not `close`: what it left behind may hold its output.
    child.once('exit', (code, signal) => resolve([code, signal]));
  });
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
