import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { CorpusMetric } from '../../../src/corpus/types.ts';
import type { ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import type { PythonPlace } from './python-place.ts';

const PYTHON = '/usr/bin/python3';

/** Debian packages of each peer; without OpenBLAS they would multiply with the reference BLAS, many times slower. */
const PACKAGES = {
  faiss: ['python3-faiss', 'libopenblas0-pthread'],
  numpy: ['python3-numpy', 'libopenblas0-pthread'],
  torch: ['python3-torch', 'python3-numpy', 'libopenblas0-pthread'],
} as const;

export type PeerName = keyof typeof PACKAGES;

/** A peer in a process of its own. */
export interface PythonPeer {
  readonly version: string;
  readonly libraries: readonly string[];
  /** From the start of the process until its libraries were loaded. */
  readonly startMs: number;
  readonly prepare: () => Promise<{ readonly ms: number; readonly note: string }>;
  readonly search: () => Promise<{ readonly ms: number; readonly ids: readonly number[][] }>;
  readonly close: () => void;
}

const hello = z.object({ version: z.string(), libraries: z.array(z.string()) });
const loaded = z.object({ rows: z.number() });
const prepared = z.object({ ms: z.number(), note: z.string() });
const searched = z.object({ ms: z.number(), ids: z.array(z.array(z.number())) });

/** Ends with an error unless the module is there and multiplies with OpenBLAS. */
const probe = (name: PeerName) => `
import ${name}, numpy
numpy.ones((2, 2), numpy.float32) @ numpy.ones((2, 2), numpy.float32)
if "openblas" not in open("/proc/self/maps").read():
    raise SystemExit("${name} multiplies with another library than OpenBLAS")
`;

/** Why a peer cannot be asked, after trying to install it with apt where it is missing; null where it can. */
export function whyMissing(place: PythonPlace, name: PeerName): string | null {
  const run = (command: readonly string[]) => {
    const [file = '', ...rest] = place.command(command);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync(file, rest, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
  };
  const ask = () => run([PYTHON, '-c', probe(name)]);
  if (ask().status === 0) return null;
  run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...PACKAGES[name]]);
  const after = ask();
  if (after.status === 0) return null;
  return after.error?.message ?? after.stderr.trim().split('\n').at(-1) ?? 'cannot be imported';
}

/** What a peer is asked: files of its place, and what nearness is. */
export interface PeerAsk {
  readonly name: PeerName;
  readonly metric: CorpusMetric;
  readonly documents: string;
  readonly queries: string;
  readonly dimension: number;
  readonly k: number;
  readonly threads: number;
}

/** Puts vectors where the peers of a place read them, and gives what each of them is asked. */
export async function peerInput(
  place: PythonPlace,
  { documents, queries, kPrime }: ExactInput,
  asked: Pick<PeerAsk, 'metric' | 'threads'>,
): Promise<Omit<PeerAsk, 'name'>> {
  const files = { documents: 'documents.f32', queries: 'queries.f32' };
  await writeFile(join(place.folder, files.documents), documents.values);
  await writeFile(join(place.folder, files.queries), queries.values);
  return { ...asked, ...files, dimension: documents.dimension, k: kPrime };
}

/** @throws Error where the process ends before it has answered */
export async function startPeer(place: PythonPlace, ask: PeerAsk): Promise<PythonPeer> {
  const { name, metric, documents, queries, dimension, k, threads } = ask;
  const start = performance.now();
  const files = ['peer.py', documents, queries].map(place.inside);
  const [script = '', ...vectors] = files;
  const numbers = [dimension, k, threads].map(String);
  const command = place.command([PYTHON, script, name, metric, ...vectors, ...numbers]);
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment(threads),
  });
  const next = lines(child);
  const { version, libraries } = hello.parse(JSON.parse(await next()));
  const startMs = performance.now() - start;
  loaded.parse(JSON.parse(await next()));
  const told = async (command: 'prepare' | 'search') => {
    child.stdin.write(`${command}\n`);
    return JSON.parse(await next()) as unknown;
  };
  return {
    version,
    libraries,
    startMs,
    prepare: async () => prepared.parse(await told('prepare')),
    search: async () => searched.parse(await told('search')),
    close: () => void child.kill(),
  };
}

/** OpenBLAS chooses its own kernels and block sizes, whatever this shell was told, and every core is used. */
function environment(threads: number): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return { ...rest, OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
}

function lines(child: ChildProcessByStdio<Writable, Readable, null>): () => Promise<string> {
  const iterator = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await iterator.next();
    if (done === true) throw new Error('the Python process ended without an answer');
    return value;
  };
}
