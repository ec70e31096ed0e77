import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../end-with-us.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** How a process of `bench` ended. */
export interface BenchEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signalName: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process of `bench`. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Never rejects once the process has started. */
  readonly end: Promise<BenchEnd>;
  /** What it has printed so far. */
  readonly printed: () => string;
}

/** Where and how `bench` runs. */
interface BenchOptions {
  readonly cwd: string;
  /** Beside that of this process; undefined leaves a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Words put before the command, e.g. `['prlimit', '--fsize=4096']`. */
  readonly under?: readonly string[];
  /** Gives the process a group of its own, whose id is the process's. */
  readonly detached?: boolean;
}

/** Starts `bench` from the source, as a user would. */
export function startBench(
  argv: readonly string[],
  { cwd, env = {}, under = [], detached = false }: BenchOptions,
): BenchProcess {
  const [command = process.execPath, ...words] = [
    ...under,
    process.execPath,
    '--conditions=source',
    MAIN,
    ...argv,
  ];
  const child = endWithUs(
    spawn(command, words, {
      cwd,
      detached,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const end = new Promise<BenchEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signalName) => resolve({ code, signalName, stdout, stderr }));
  });
  return { child, end, printed: () => stdout };
}

/** Runs `bench` to its end. */
export function runBench(argv: readonly string[], options: BenchOptions): Promise<BenchEnd> {
  return startBench(argv, options).end;
}
