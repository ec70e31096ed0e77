import { fork } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { watchProcess } from '../../../../src/corpus/import/confined/process-watch.ts';
import { ended } from '../endings.ts';
import type { Experiment, ExperimentOptions, Failure } from '../experiment.ts';
import type { Order, Tried } from './hostile-child.ts';
import { DIMENSION, NUMBERS, ROWS } from './sound-files.ts';

/** Tries that one process of the readers makes: what libraries leak stays small, and its start costs little. */
const PER_READER = 2_500;
const CPU_LIMIT_MS = 10_000;
/** A library that takes so long without a process of its own is tried again in one, which has its own limit. */
const DIRECT_CPU_LIMIT_MS = 2_000;
const MEMORY_LIMIT_BYTES = 2 * 2 ** 30;

/** Damaged files of every format that the suite reads. */
export const hostileFiles: Experiment = {
  name: 'hostile-files',
  tries:
    'A small file of any format (corpora, importers, judgments, packed files, traffic) is cut or damaged in a few places and read. It is read with all of its rows or refused with one clear error, within 10 s of processor time and 2 GiB.',
  count: { full: 100_000, short: 3_000 },
  perProcess: 10_000,
  run: async (options) => {
    const hdf5 = await soundHdf5(options.folder);
    const failures: Failure[] = [];
    for (let done = 0; done < options.tries; done += PER_READER) {
      const count = Math.min(PER_READER, options.tries - done);
      const seeds = Array.from({ length: count }, (_, at) => options.seed + done + at);
      failures.push(...(await failuresOf(seeds, hdf5, options)));
    }
    const { tries } = options;
    const failed = failures.length;
    return { tries, survived: tries - failed, failed, failures };
  },
};

/** Tries seeds in processes: one that ends or hangs in a library is tried again as users would meet it. */
async function failuresOf(
  seeds: readonly number[],
  hdf5: string,
  { folder, signal }: ExperimentOptions,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (let left = seeds; left.length > 0; ) {
    signal.throwIfAborted();
    const order = { seeds: left, folder, hdf5, isConfined: false };
    const { tried, lost } = await inProcess(order, signal);
    failures.push(...tried.flatMap(failureOf));
    if (lost === null) return failures;
    left = left.slice(left.indexOf(lost.seed) + 1);
    const again = await inProcess({ ...order, seeds: [lost.seed], isConfined: true }, signal);
    failures.push(...(again.lost === null ? again.tried.flatMap(failureOf) : [again.lost]));
  }
  return failures;
}

function failureOf({ seed, failure, cpuMs, residentBytes }: Tried): Failure[] {
  if (failure !== null) return [{ seed, what: failure }];
  if (cpuMs > CPU_LIMIT_MS) return [{ seed, what: `took ${Math.round(cpuMs)} ms` }];
  return residentBytes > MEMORY_LIMIT_BYTES ? [{ seed, what: `held ${residentBytes} bytes` }] : [];
}

interface Done {
  readonly tried: readonly Tried[];
  /** The seed in which the process ended or was ended; null where it went on to the last one. */
  readonly lost: Failure | null;
}

async function inProcess(order: Order, signal: AbortSignal): Promise<Done> {
  const child = fork(new URL('./hostile-child.ts', import.meta.url), {
    signal,
    // Libraries write their diagnostics there.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  using watch = watchProcess(child, {
    residentBytes: MEMORY_LIMIT_BYTES,
    cpuMs: order.isConfined ? CPU_LIMIT_MS : DIRECT_CPU_LIMIT_MS,
  });
  const tried: Tried[] = [];
  let current: number | null = null;
  child.on('message', (said: Tried | { readonly begins: number }) => {
    watch.alive();
    if ('begins' in said) current = said.begins;
    else {
      tried.push(said);
      current = null;
    }
  });
  child.send(order);
  const how = await ended(child);
  signal.throwIfAborted();
  const isDone = tried.length === order.seeds.length;
  const seed = current ?? order.seeds[tried.length] ?? 0;
  if (!isDone) await rm(join(order.folder, String(seed)), { recursive: true, force: true });
  const what = `its process ended (${watch.excess === null ? how : `too much ${watch.excess}`})`;
  return { tried, lost: isDone ? null : { seed, what } };
}

/** A file as ann-benchmarks has them, in base64. */
async function soundHdf5(folder: string): Promise<string> {
  await ready;
  const path = join(folder, 'sound.hdf5');
  const file = new File(path, 'w');
  for (const name of ['train', 'test']) {
    file.create_dataset({ name, data: NUMBERS, shape: [ROWS, DIMENSION] });
  }
  const data = Int32Array.from({ length: ROWS * 2 }, (_, at) => at % ROWS);
  file.create_dataset({ name: 'neighbors', data, shape: [ROWS, 2] });
  file.create_attribute('distance', 'euclidean');
  file.close();
  const bytes = await readFile(path);
  await rm(path);
  return bytes.toString('base64');
}
