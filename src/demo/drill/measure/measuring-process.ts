import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How one command of the suite ended. */
export interface Measured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** All that a measuring process gets to know of the backends. */
export interface TwoUrls {
  readonly incumbentUrl: string;
  readonly candidateUrl: string;
}

const LONGEST_MS = 15 * 60_000;
const KEPT_CHARACTERS = 64 * 1024 * 1024;

/**
 * Runs a command of the suite in a process of its own that gets two URLs and nothing else: no other variable of the
 * environment, and a folder without a configuration of somebody's.
 */
export function measureInProcess(
  argv: readonly string[],
  { incumbentUrl, candidateUrl }: TwoUrls,
  folder: string,
  signal: AbortSignal,
): Promise<Measured> {
  const startedMs = performance.now();
  const main = fileURLToPath(
    new URL(`../../../../bench/main${extname(import.meta.url)}`, import.meta.url),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, ...argv],
      {
        cwd: folder,
        env: { RUST_LAKEHOUSE_URL: incumbentUrl, GO_LAKEHOUSE_URL: candidateUrl },
        stdio: ['ignore', 'pipe', 'pipe'],
        signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
        killSignal: 'SIGKILL',
      },
    );
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        if (said[stream].length < KEPT_CHARACTERS) said[stream] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (signal.aborted) reject(signal.reason);
      else {
        const seconds = (performance.now() - startedMs) / 1000;
        resolve({ exitCode: code ?? -1, ...said, seconds: Math.round(seconds * 10) / 10 });
      }
    });
  });
}

/** Removes a run folder that was read. */
export async function forget(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
