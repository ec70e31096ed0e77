import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFolder } from '../../../disk/own-folder.ts';
import { RefusedRequest } from '../http.ts';
import type { OpenOrder, SqlReport, StatementOrder } from './messages.ts';
import { checkStatement } from './statement.ts';

/** Which database runs statements, and what one statement may take. */
export interface SqlRunnerOptions {
  readonly kind: OpenOrder['kind'];
  /** Writes the tables as they are now to a file that does not exist yet. */
  readonly copyTo: (file: string) => Promise<void>;
  readonly maxRows: number;
  /** A statement that takes longer is stopped and refused. */
  readonly limitMs: number;
  /** Statements that wait for their turn; beyond it the answer is 503. */
  readonly maxWaiting: number;
}

/**
 * Runs statements of unknown origin, one after the other, in a process of its own over a copy of the tables: one that
 * runs for long, or takes all memory, ends that process and not the gateway. The copy is made at the first statement,
 * and again after `changed`.
 */
export class SqlRunner {
  readonly #options: SqlRunnerOptions;
  #child: ChildProcess | null = null;
  #folder: string | null = null;
  #isStale = false;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: SqlRunnerOptions) {
    this.#options = options;
  }

  /** The JSON text of the answer. @throws RefusedRequest for a statement that is refused, wrong, or takes too much. */
  async run(sql: string): Promise<string> {
    // What is refused by its words needs no process.
    checkStatement(sql, false);
    if (this.#waiting >= this.#options.maxWaiting) {
      throw new RefusedRequest(503, `${this.#waiting} statements wait already`);
    }
    this.#waiting += 1;
    const result = this.#tail.then(() => this.#runNow(sql));
    this.#tail = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** The tables are others now: the next statement reads them. */
  changed(): void {
    this.#isStale = true;
  }

  async close(): Promise<void> {
    await this.#end();
  }

  async #runNow(sql: string): Promise<string> {
    if (this.#isStale) await this.#end();
    const child = this.#child ?? (await this.#start());
    const { limitMs } = this.#options;
    const report = await ask(child, { type: 'run', sql }, limitMs);
    if (report === 'late' || report === 'gone') {
      await this.#end();
      throw new RefusedRequest(
        400,
        report === 'late'
          ? `the statement was stopped after ${limitMs} ms`
          : 'the statement took too much memory, or ended the database',
      );
    }
    if (report.type === 'answer') return report.text;
    if (report.type === 'refused') throw new RefusedRequest(report.status, report.message);
    throw new Error(report.type === 'failed' ? report.message : 'no answer of the database');
  }

  async #start(): Promise<ChildProcess> {
    this.#isStale = false;
    this.#folder ??= await ownFolder('retrieval-parity-sql-');
    const { kind, copyTo, maxRows } = this.#options;
    const file = join(this.#folder, 'copy');
    await rm(file, { force: true });
    await copyTo(file);
    const extension = extname(fileURLToPath(import.meta.url));
    const child = fork(new URL(`./child${extension}`, import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=512'],
      // A database in this process leaves nothing there that is of use to anybody.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.unref();
    child.channel?.unref();
    child.on('error', () => {});
    this.#child = child;
    const report = await ask(child, { type: 'open', kind, file, maxRows }, START_MS);
    if (typeof report === 'object' && report.type === 'opened') return child;
    await this.#end();
    throw new Error(
      typeof report === 'object' && report.type === 'failed' ? report.message : `SQL: ${report}`,
    );
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }
}

/** A busy machine takes its time to load a database. */
const START_MS = 60_000;

/** What a process answers to an order: its report, or that it did not answer in time, or is gone. */
async function ask(
  child: ChildProcess,
  order: OpenOrder | StatementOrder,
  limitMs: number,
): Promise<SqlReport | 'late' | 'gone'> {
  const settled = new AbortController();
  const { signal } = settled;
  const reported = once(child, 'message', { signal }).then(([report]) => report as SqlReport);
  const exited = once(child, 'exit', { signal }).then(() => 'gone' as const);
  const late = new Promise<'late'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), limitMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
  for (const loser of [reported, exited]) loser.catch(() => {});
  try {
    if (child.exitCode !== null || child.signalCode !== null) return 'gone';
    child.send(order, () => {});
    return await Promise.race([reported, exited, late]);
  } finally {
    settled.abort();
  }
}
