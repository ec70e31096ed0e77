import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(new URL('./hnsw-peer.cpp', import.meta.url));

/** hnswlib as a C++ program that builds and searches when it is told to. */
export interface HnswPeer extends AsyncDisposable {
  readonly build: () => Promise<{ readonly wallMs: number; readonly cpuMs: number }>;
  readonly search: (
    efSearch: number,
  ) => Promise<{ readonly wallMs: number; readonly found: readonly number[] }>;
}

/**
 * Compiles the peer against the header inside the package hnswlib-node, with the flags given, and starts it.
 * @param rows unit vectors, as `queries`
 * @throws Error where there is no compiler, or it refuses
 */
export async function startHnswPeer(
  folder: string,
  flags: readonly string[],
  input: {
    readonly rows: Float32Array;
    readonly queries: Float32Array;
    readonly dimension: number;
    readonly M: number;
    readonly efConstruction: number;
    readonly seed: number;
    readonly k: number;
  },
): Promise<HnswPeer> {
  const manifest = findPackageJSON('hnswlib-node', import.meta.url);
  if (manifest === undefined) throw new Error('hnswlib-node is not installed');
  const program = join(folder, 'hnsw-peer');
  const headers = join(dirname(manifest), 'src');
  const compiler = process.env.CXX ?? 'g++';
  await promisify(execFile)(compiler, [
    ...flags,
    ...['-std=gnu++17', '-pthread', '-I', headers, SOURCE, '-o', program],
  ]);
  const files = { rows: join(folder, 'rows.f32'), queries: join(folder, 'queries.f32') };
  for (const name of ['rows', 'queries'] as const) {
    const { buffer, byteOffset, byteLength } = input[name];
    await writeFile(files[name], new Uint8Array(buffer, byteOffset, byteLength));
  }
  const { dimension, M, efConstruction, seed, k } = input;
  const argv = [dimension, M, efConstruction, seed, k].map(String);
  const child = spawn(program, [files.rows, files.queries, ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: string): Promise<unknown> => {
    child.stdin.write(`${command}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`the C++ peer ended at "${command}"`);
    return JSON.parse(value);
  };
  return {
    build: async () => (await ask('build')) as { wallMs: number; cpuMs: number },
    search: async (efSearch) =>
      (await ask(`search ${efSearch}`)) as { wallMs: number; found: number[] },
    [Symbol.asyncDispose]: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  child.stdin?.end();
  await promise;
}
