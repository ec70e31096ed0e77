import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { VECTORS_FOLDER } from '../../../src/record/vectors/vector-index.ts';
import { VectorWriter } from '../../../src/record/vectors/vector-writer.ts';
import { wholeNumbers } from '../script-flags.ts';
import { type Check, median, runScript, table } from '../support.ts';
import { writeClusteredCorpus } from './clustered-corpus.ts';
import { writeClusteredVectors } from './clustered-vectors.ts';
import { type ChildRun, runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';

const DIMENSION = 768;
const QUERIES = 1000;
const K_PRIME = 50;
/** At full size, as many queries as make three blocks of them. */
const MANY_QUERIES = 24_576;
const GIB = 2 ** 30;

interface Figures {
  readonly engine: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly startMs: number;
  readonly entries: number;
}

type Measured = Figures & { readonly peakBytes: number };

/** `--rows N` makes the largest size N, the others 5% and 25% of it: 50,000, 250,000 and 1,000,000 by default. */
const { rows, rounds } = wholeNumbers({ rows: 1_000_000, rounds: 3 });
const sizes = [Math.round(rows / 20), Math.round(rows / 4), rows];
/** A file holds the smallest size, so that all sizes are made of equal blocks. */
const valuesPerFile = (sizes[0] ?? rows) * DIMENSION;
const manyQueries = Math.max(2 * QUERIES, Math.round((MANY_QUERIES * rows) / 1_000_000));

await runScript(
  'Growth of exact truth from disk',
  async (print) => {
    await using scratch = await scratchFolder('growth');
    await refuseFullDisk(scratch.path);
    const corpus = join(scratch.path, 'corpus');
    await writeClusteredCorpus(corpus, {
      ...{ rows, queries: QUERIES, dimension: DIMENSION, slices: ['plain'], valuesPerFile },
    });
    const vectors = join(corpus, VECTORS_FOLDER);
    const bySize = new Map<number, Measured[]>(sizes.map((size) => [size, []]));
    // The page cache is filled once before anything is timed.
    await measure(vectors, rows, 64);
    for (let round = 0; round < rounds; round++) {
      for (const size of sizes) bySize.get(size)?.push(await measure(vectors, size, QUERIES));
    }
    const perPair = (size: number) =>
      median((bySize.get(size) ?? []).map(({ ms }) => (ms * 1e6) / (size * QUERIES)));
    print(
      `${DIMENSION} dimensions, ${QUERIES.toLocaleString('en')} queries, k′ = ${K_PRIME}, clustered vectors in files of ${(sizes[0] ?? rows).toLocaleString('en')} rows; each size in a process of its own, ${rounds} rounds in turn, medians. Threads are started, and warm from a first file, before the clock (start-up).\n`,
    );
    print(
      table([
        [
          'rows',
          'engine',
          's',
          'CPU s',
          'start-up s',
          'ns a row × query',
          'ns of CPU',
          'peak memory GiB',
        ],
        ...sizes.map((size) => {
          const runs = bySize.get(size) ?? [];
          const middle = (of: (run: Measured) => number) => median(runs.map(of));
          return [
            size.toLocaleString('en'),
            runs[0]?.engine ?? '',
            (middle(({ ms }) => ms) / 1000).toFixed(2),
            (middle(({ cpuMs }) => cpuMs) / 1000).toFixed(2),
            (middle(({ startMs }) => startMs) / 1000).toFixed(2),
            perPair(size).toFixed(1),
            ((middle(({ cpuMs }) => cpuMs) * 1e6) / (size * QUERIES)).toFixed(1),
            gib(middle(({ peakBytes }) => peakBytes)),
          ];
        }),
      ]),
    );
    const flat = await measureQueries(join(scratch.path, 'many'), sizes[0] ?? rows, print);
    const command = await measureCommand(corpus, scratch.path, print);
    const [small = rows] = sizes;
    const growth = perPair(rows) / perPair(small);
    return [
      {
        what: `time a row × query, ${rows.toLocaleString('en')} rows against ${small.toLocaleString('en')}`,
        value: `${growth.toFixed(3)} ×`,
        bound: '0.85 to 1.15 ×',
        holds: growth >= 0.85 && growth <= 1.15,
      },
      flat,
      {
        what: `peak resident memory of bench truth, ${rows.toLocaleString('en')} × ${DIMENSION}`,
        value: `${gib(command.peakBytes)} GiB`,
        bound: '≤ 6 GiB',
        holds: command.peakBytes <= 6 * GIB,
      },
    ];
  },
  [],
  { rows: { type: 'string' }, rounds: { type: 'string' } },
);

/** One streamed search in a process of its own. */
async function measure(vectors: string, rowCount: number, queryCount: number): Promise<Measured> {
  const argv = [vectors, rowCount, queryCount, K_PRIME].map(String);
  const { stdout, peakBytes } = await runChild('./growth-child.ts', argv);
  return { ...(JSON.parse(stdout) as Figures), peakBytes };
}

/** Memory of many queries against that of a third of them: what is left after their vectors and lists. */
async function measureQueries(
  folder: string,
  rowCount: number,
  print: (text: string) => void,
): Promise<Check> {
  const counts = [Math.round(manyQueries / 3), manyQueries] as const;
  const writer = new VectorWriter(folder);
  await writeClusteredVectors(writer, {
    rows: rowCount,
    queries: manyQueries,
    dimension: DIMENSION,
  });
  const runs = {
    few: await measure(folder, rowCount, counts[0]),
    many: await measure(folder, rowCount, counts[1]),
  };
  // A list's entry is a score and a reference; merging and the reading of query files hold them twice for a moment.
  const owed = (queryCount: number, { entries }: Measured) =>
    2 * (queryCount * DIMENSION * 4 + entries * 16);
  const growth = runs.many.peakBytes - runs.few.peakBytes;
  const lists = owed(counts[1], runs.many) - owed(counts[0], runs.few);
  print(
    table([
      ['queries', 'rows', 's', 'entries in lists', 'peak memory GiB'],
      ...(
        [
          [counts[0], runs.few],
          [counts[1], runs.many],
        ] as const
      ).map(([count, run]) => [
        count.toLocaleString('en'),
        rowCount.toLocaleString('en'),
        (run.ms / 1000).toFixed(2),
        run.entries.toLocaleString('en'),
        gib(run.peakBytes),
      ]),
    ]),
  );
  const beyond = Math.max(0, growth - lists);
  return {
    what: `memory that ${(counts[1] - counts[0]).toLocaleString('en')} more queries take beyond twice their vectors and lists`,
    value: `${gib(beyond)} GiB`,
    bound: '≤ 0.25 GiB',
    holds: beyond <= GIB / 4,
  };
}

/** The whole command, corpus and linter among it. */
async function measureCommand(
  corpus: string,
  cwd: string,
  print: (text: string) => void,
): Promise<ChildRun> {
  const run = await runChild('../../main.ts', ['truth', corpus, '--out', join(cwd, 'truth')], cwd);
  print(
    table([
      ['bench truth', 's', 'CPU s', 'peak memory GiB'],
      [
        `${rows.toLocaleString('en')} documents, ${QUERIES.toLocaleString('en')} queries`,
        (run.wallMs / 1000).toFixed(1),
        (run.cpuMs / 1000).toFixed(1),
        gib(run.peakBytes),
      ],
    ]),
  );
  return run;
}

async function refuseFullDisk(path: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const needed = rows * (DIMENSION * 4 + 300) + GIB;
  if (bavail * bsize < needed) {
    throw new Error(`${path}: ${gib(needed)} GiB of free space are needed; SCRATCH names another`);
  }
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(2);
}
