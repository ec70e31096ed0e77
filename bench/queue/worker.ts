import { resolve } from 'node:path';
import { counted } from '../../src/counted.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import type { SelfTest } from '../../src/queue/work/self-test.ts';
import type { DefineCommand } from '../command.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addQueueOptions, type OpenQueue, openQueue, type QueueFlags } from './queue-options.ts';

interface WorkerFlags extends QueueFlags {
  readonly lock?: string;
  readonly threads?: string;
  readonly mayLoad?: string;
  readonly encoder?: string;
}

/** `bench worker`: takes jobs from a queue until it is told to stop. */
export const workerCommand: DefineCommand = (command, io, done) => {
  addQueueOptions(command)
    .description(
      'take work of bench truth, bench retrieve and bench load from a queue; Ctrl-C or SIGTERM gives the job back and ends',
    )
    .option(
      '--lock <seconds>',
      'silent for so long, a worker is taken for dead, and another gets its job',
      '60',
    )
    .option('--threads <n>', 'threads of the exact search (default: as many as cores)')
    .option('--encoder <folder>', 'embed texts too, with the encoder of this folder')
    .option('--may-load <urls>', 'backends that bench load may load from here, separated by commas')
    .action(async (flags: WorkerFlags) => {
      const threads = threadsOf(flags);
      const lockSeconds = Number(flags.lock);
      if (!(lockSeconds >= 1 && lockSeconds <= 3600)) {
        throw new UsageError('usage-lock', `--lock ${flags.lock}`, {
          hint: 'give a number of seconds between 1 and 3600',
        });
      }
      // A worker may run for weeks: where nobody looks at a terminal, it says only what changes.
      const progress = io.isTerminal ? terminalProgress(io) : null;
      const note = progress?.note ?? ((line: string) => io.stderr(`bench: ${line}\n`));
      await using opened = await openQueue(flags, io, note);
      if (opened === null) {
        throw new UsageError('usage-queue', 'a worker needs a queue and a store', {
          hint: 'bench worker --queue redis://HOST:PORT --store FOLDER',
        });
      }
      const { server, store } = opened;
      const { runWorker } = await import('../../src/queue/work/worker.ts');
      const { steadyEngine } = await import('../../src/truth/exact.ts');
      const engine = steadyEngine(Number.POSITIVE_INFINITY, ({ why }) => note(why), threads);
      const encoder =
        flags.encoder === undefined ? null : await loadedEncoder(resolve(io.cwd, flags.encoder));
      try {
        const count = await runWorker({
          encoder,
          server,
          store,
          engine,
          rights: { origins: originsOf(flags), env: io.env },
          signal: io.signal,
          lockMs: lockSeconds * 1000,
          onReady: (found, name) => {
            for (const line of readyLines(opened, found, name)) note(line);
            progress?.stage('waiting for work', 0);
          },
          onWork: (kind, done) => {
            progress?.stage(kind ?? 'waiting for work', 0);
            progress?.remark(`${done} done`);
          },
        });
        progress?.end();
        note(`stopped; ${counted(count, 'job')} done`);
      } finally {
        progress?.end();
        await encoder?.close();
        await engine.close();
      }
      done(EXIT.pass);
    });
};

function readyLines({ server, store }: OpenQueue, found: SelfTest, name: string): string[] {
  const { clock, engine, isWrittenOnce } = found;
  return [
    `worker ${name} at ${server.label} (${server.facts.version})`,
    `the clock is ${(Math.round(10 * clock.offsetMs) / 10 || 0).toFixed(1)} ms ± ${clock.uncertaintyMs.toFixed(1)} off the server's`,
    `${store.label} ${isWrittenOnce ? 'refuses to write an object twice' : 'writes an object twice (harmless: the bytes are the same)'}`,
    `engine ${engine} gives the known lists`,
    'ready; Ctrl-C gives the job back and ends',
  ];
}

function threadsOf({ threads }: WorkerFlags): { readonly threads?: number } {
  if (threads === undefined) return {};
  const count = Number(threads);
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return { threads: count };
  throw new UsageError('usage-threads', `--threads ${threads}`, {
    hint: 'give a whole number, 1 or more',
  });
}

function originsOf({ mayLoad = '' }: WorkerFlags): Set<string> {
  const urls = mayLoad.split(',').filter((text) => text !== '');
  return new Set(
    urls.map((text) => {
      const url = URL.parse(text);
      if (url !== null && /^https?:$/.test(url.protocol)) return url.origin;
      throw new UsageError('usage-may-load', `--may-load ${text}: no URL of a backend`, {
        hint: 'e.g. --may-load http://gateway:3100,http://gateway:4110',
      });
    }),
  );
}

async function loadedEncoder(folder: string) {
  const { loadEncoder } = await import('../../src/embed/encoder.ts');
  return await loadEncoder(folder);
}
