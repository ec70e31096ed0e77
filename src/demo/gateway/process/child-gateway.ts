import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InfrastructureError, UsageError } from '../../../errors.ts';
import type { ChildReport, GatewayKind, ServeOrder, StopOrder } from '../messages.ts';

/** One gateway in a process of its own. */
export interface ChildGateway {
  readonly url: string;
  readonly pid: number;
  /** Settles when the process is gone, with how it went, e.g. `the Go-shaped gateway ended (SIGKILL)`. */
  readonly ended: Promise<string>;
  /** Asks the process to end, insists after a while, and waits until it is gone; never rejects. */
  stop(): Promise<void>;
}

const ROLES: Readonly<Record<GatewayKind, string>> = {
  rust: 'the Rust-shaped gateway',
  go: 'the Go-shaped gateway',
};

/**
 * Starts a gateway's process and waits until it answers `/health`.
 * @throws UsageError where what it is to serve is at fault.
 * @throws InfrastructureError where it ends early, with the last line it wrote; or the signal's
 * reason. The process is gone then.
 */
export async function startChild(
  order: ServeOrder,
  signal: AbortSignal,
  onEmbedded: (texts: number) => void = () => {},
): Promise<ChildGateway> {
  signal.throwIfAborted();
  const extension = extname(fileURLToPath(import.meta.url));
  const child = fork(new URL(`./child${extension}`, import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lastLine = followLastLine(child);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    const url = await listening(child, order, { lastLine, exited, signal, onEmbedded });
    await healthy(url, exited, signal);
    release(child);
    const ended = exited.then(() => `${ROLES[order.kind]} ${endOf(child, lastLine())}`);
    return { url, pid: child.pid ?? 0, ended, stop: () => stop(child, exited) };
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  }
}

async function listening(
  child: ChildProcess,
  order: ServeOrder,
  { lastLine, exited, signal, onEmbedded }: Start,
): Promise<string> {
  const settled = new AbortController();
  const reported = lastReport(child, onEmbedded, settled.signal);
  const aborted = once(signal, 'abort', { signal: settled.signal });
  try {
    child.send(order, () => {});
    const report = await Promise.race([
      reported,
      aborted.then(() => {
        throw signal.reason;
      }),
      exited.then(
        (): EndReport => ({
          type: 'failed',
          message: `it ${endOf(child, lastLine())}`,
          hint: null,
          usage: false,
        }),
      ),
    ]);
    if (report.type === 'listening') return report.url;
    const options = { context: { gateway: order.kind }, ...hinted(report.hint) };
    if (report.usage) throw new UsageError('gateway-start', report.message, options);
    throw new InfrastructureError(
      'gateway-start',
      `${ROLES[order.kind]} did not start: ${report.message}`,
      options,
    );
  } finally {
    settled.abort();
    for (const loser of [reported, aborted]) loser.catch(() => {});
  }
}

/** What a start is followed by. */
interface Start {
  readonly lastLine: () => string;
  readonly exited: Promise<void>;
  readonly signal: AbortSignal;
  readonly onEmbedded: (texts: number) => void;
}

type EndReport = Exclude<ChildReport, { readonly type: 'embedded' }>;

/** The report that a start ends with; what comes before is passed on. */
async function lastReport(
  child: ChildProcess,
  onEmbedded: (texts: number) => void,
  signal: AbortSignal,
): Promise<EndReport> {
  for await (const [message] of on(child, 'message', { signal })) {
    const report = message as ChildReport;
    if (report.type !== 'embedded') return report;
    onEmbedded(report.texts);
  }
  throw signal.reason;
}

async function healthy(url: string, exited: Promise<void>, signal: AbortSignal): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  while (!gone) {
    signal.throwIfAborted();
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    const response = await fetch(`${url}/health`, { signal: attempt }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok === true) return;
    await sleep(50, undefined, { signal });
  }
  throw new InfrastructureError('gateway-start', `the gateway at ${url} ended before it answered`);
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.send({ type: 'stop' } satisfies StopOrder, () => {});
  const insist = setTimeout(() => child.kill('SIGTERM'), 6000);
  const force = setTimeout(() => child.kill('SIGKILL'), 8000);
  await exited;
  clearTimeout(insist);
  clearTimeout(force);
}

function endOf(child: ChildProcess, lastLine: string): string {
  const how = child.signalCode ?? `exit ${child.exitCode}`;
  return lastLine === '' ? `ended (${how})` : `ended (${how}): ${lastLine}`;
}

/** From here on the process keeps nobody waiting: a parent that forgets it can still end. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
}

/** The last line the process wrote to stderr; the rest is let go, so that the pipe never fills. */
function followLastLine(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-4096);
  });
  return () => tail.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

function hinted(hint: string | null): { hint?: string } {
  return hint === null ? {} : { hint };
}
