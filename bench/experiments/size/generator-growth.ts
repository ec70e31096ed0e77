import { join } from 'node:path';
import { wholeNumbers } from '../script-flags.ts';
import { type Check, median, runScript, table } from '../support.ts';
import { type ChildRun, runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';

const MIB = 2 ** 20;
const SMALLEST = 10_000;
const LARGEST_MEMORY = 512 * MIB;

/** `--workers N` takes the largest size to N; 1,000,000 takes minutes and about 1 GB of disk. */
const { workers: largest, rounds } = wholeNumbers({ workers: 100_000, rounds: 3 });
const sizes = [SMALLEST, ...(largest > 100_000 ? [100_000] : []), largest];

await runScript(
  'Growth of the corpus generator',
  async (print) => {
    await using scratch = await scratchFolder('generator');
    const runs = new Map<number, ChildRun[]>(sizes.map((size) => [size, []]));
    for (let round = 0; round < rounds; round++) {
      for (const size of sizes) {
        const out = join(scratch.path, `${size}-${round}`);
        const argv = ['corpus', 'generate', '--size', String(size), '--out', out];
        runs.get(size)?.push(await runChild('../../main.ts', argv));
      }
    }
    const middle = (size: number, of: (run: ChildRun) => number) =>
      median((runs.get(size) ?? []).map(of));
    print(`Sizes in turn, ${rounds} rounds, medians; each in a process of its own.\n`);
    print(
      table([
        ['workers', 's', 'CPU s', 'µs CPU a worker', 'peak memory MiB'],
        ...sizes.map((size) => [
          size.toLocaleString('en'),
          (middle(size, ({ wallMs }) => wallMs) / 1000).toFixed(1),
          (middle(size, ({ cpuMs }) => cpuMs) / 1000).toFixed(1),
          ((middle(size, ({ cpuMs }) => cpuMs) * 1000) / size).toFixed(0),
          (middle(size, ({ peakBytes }) => peakBytes) / MIB).toFixed(0),
        ]),
      ]),
    );
    const perWorker = (size: number) => middle(size, ({ cpuMs }) => cpuMs) / size;
    const growth = perWorker(largest) / perWorker(SMALLEST);
    const peak = middle(largest, ({ peakBytes }) => peakBytes);
    const checks: Check[] = [
      {
        what: `CPU time a worker, ${largest.toLocaleString('en')} against ${SMALLEST.toLocaleString('en')}`,
        value: `${growth.toFixed(2)} ×`,
        bound: '≤ 1.15 ×',
        holds: growth <= 1.15,
      },
      {
        what: `peak memory at ${largest.toLocaleString('en')}`,
        value: `${(peak / MIB).toFixed(0)} MiB`,
        bound: `≤ ${LARGEST_MEMORY / MIB} MiB`,
        holds: peak <= LARGEST_MEMORY,
      },
    ];
    return checks;
  },
  [],
  { workers: { type: 'string' }, rounds: { type: 'string' } },
);
