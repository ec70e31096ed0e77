import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, InfrastructureError, UsageError } from '../../src/errors.ts';
import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../src/report/blocks.ts';
import type { Content, ReportDocument } from '../../src/report/model.ts';
import { count, MISSING, prose, things } from '../../src/report/spans.ts';
import { medianOf } from '../../src/stats/quantiles.ts';
import type { DefineCommand } from '../command.ts';
import { kernels } from '../kernels/kernels.ts';
import type { KernelTiming } from '../kernels/timing.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';

/** `bench kernels`: how long the suite's own arithmetic takes, medians over several processes. */
export const kernelsCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .option('--processes <n>', 'fresh processes, each with its own order of tasks', '5')
    .option('--time <ms>', 'time a kernel and process', '100')
    .option('--seed <n>', 'orders of the tasks', '1')
    .action(async (flags: OutputFlags & { processes: string; time: string; seed: string }) => {
      const processes = positive('--processes', flags.processes);
      const timeMs = positive('--time', flags.time);
      const seed = positive('--seed', flags.seed);
      const runs: KernelTiming[][] = [];
      for (let index = 0; index < processes; index++) {
        if (io.signal.aborted) {
          done(EXIT.interrupted);
          return;
        }
        io.stderr(`bench: process ${index + 1} of ${processes}\n`);
        runs.push(await timeInChild(timeMs, seed + index, io.signal));
      }
      await printReport({ screen: null, report: report(runs), figures: () => runs }, flags, io);
      done(EXIT.pass);
    });
};

function timeInChild(timeMs: number, seed: number, signal: AbortSignal): Promise<KernelTiming[]> {
  const own = extname(fileURLToPath(import.meta.url));
  const child = fork(
    new URL(`../kernels/child${own}`, import.meta.url),
    [String(timeMs), String(seed)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const onAbort = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  return new Promise<KernelTiming[]>((resolve, reject) => {
    child.once('message', (message) => resolve(message as KernelTiming[]));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(
        signal.aborted
          ? signal.reason
          : new InfrastructureError(
              'kernels-child',
              `timing process ended with ${code} and no figures`,
              { hint: 'its own message stands above' },
            ),
      ),
    );
  }).finally(() => signal.removeEventListener('abort', onAbort));
}

/** Median over processes, with the spread of the processes' own medians. */
function report(runs: readonly (readonly KernelTiming[])[]): ReportDocument {
  const rows = kernels().map(({ room, name }) => {
    const timings = runs.flatMap((run) => run.filter((timing) => timing.name === name));
    const medians = timings.map((timing) => timing.medianNs);
    return row(
      [room, name],
      [
        room,
        name,
        duration(medianOf(medians)),
        duration(Math.min(...medians)),
        duration(Math.max(...medians)),
        count(timings[0]?.callsPerSample ?? 0),
      ],
    );
  });
  return reportOf([
    section('kernels', null, [
      table(
        [
          key(left('room')),
          key(left('kernel')),
          right('median'),
          right('lowest'),
          right('highest'),
          right('calls a sample'),
        ],
        rows,
      ),
      paragraph(
        prose`Median time of one call over ${things(runs.length, 'process', 'processes')}; lowest and highest are those of whole processes.`,
      ),
    ]),
  ]);
}

function duration(ns: number | null): Content {
  if (ns === null) return MISSING;
  if (ns < 1000) return `${ns.toFixed(1)} ns`;
  return ns < 1e6 ? `${(ns / 1000).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(
    'flag-number',
    `${flag}: ${JSON.stringify(text)} is not a positive whole number`,
    {
      hint: `for example ${flag} 5`,
    },
  );
}
