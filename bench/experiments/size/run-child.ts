import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../end-with-us.ts';

/** What a child process said, and what it took. */
export interface ChildRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Highest resident memory, its threads and libraries among it. */
  readonly peakBytes: number;
}

const REPORT = fileURLToPath(new URL('./report-peak.ts', import.meta.url));

/**
 * Runs a script of this repository in a process of its own, so that its peak memory is its own.
 * @param options.mayEnd exit codes that are no failure; default 0
 * @throws Error with what it wrote where it fails
 */
export async function runChild(
  script: string,
  argv: readonly string[],
  cwd?: string,
  { mayEnd = [0] }: { readonly mayEnd?: readonly number[] } = {},
): Promise<ChildRun> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const start = performance.now();
  const child = endWithUs(
    spawn(process.execPath, ['--conditions=source', '--import', REPORT, path, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, RUN_CHILD_OF: String(process.pid) },
      ...(cwd === undefined ? {} : { cwd }),
    }),
  );
  const [stdout, stderr, report] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    textOf(child.stdio[3] as NodeJS.ReadableStream),
    once(child, 'exit'),
  ]);
  const wallMs = performance.now() - start;
  if (!mayEnd.includes(child.exitCode ?? -1)) {
    throw new Error(`${script} ${argv.join(' ')} ended with ${child.exitCode}: ${stderr}`);
  }
  const { peakBytes, cpuMs } = JSON.parse(report) as { peakBytes: number; cpuMs: number };
  return { stdout, stderr, wallMs, cpuMs, peakBytes };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
