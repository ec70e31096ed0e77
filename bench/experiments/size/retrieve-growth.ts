import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VECTORS_FOLDER } from '../../../src/record/vectors/vector-index.ts';
import { VectorWriter } from '../../../src/record/vectors/vector-writer.ts';
import { packageVersion, runScript, table } from '../support.ts';
import { writeClusteredVectors } from './clustered-vectors.ts';
import { type ChildRun, runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';
import { scriptOption } from './script-option.ts';

const DIMENSION = 100;
const QUERIES = 800;
const GIB = 2 ** 30;

/** `--rows N` makes the largest size N, the others a tenth and three tenths of it: up to 100,000 by default. */
const rows = scriptOption('rows', 100_000);
const sizes = [Math.round(rows / 10), Math.round((rows * 3) / 10), rows];

/** What the journal of a run says of itself, in seconds. */
interface Stages {
  readonly ingestS: number;
  readonly totalS: number;
}

await runScript(
  'Growth of bench retrieve',
  async (print) => {
    await using scratch = await scratchFolder('retrieve-growth');
    const measured: { size: number; run: ChildRun; stages: Stages }[] = [];
    for (const size of sizes) {
      const folder = join(scratch.path, String(size));
      await writeCorpus(folder, size);
      const run = await retrieve(folder);
      measured.push({ size, run, stages: await stagesOf(folder, run) });
    }
    const first = measured[0];
    const last = measured.at(-1);
    if (first === undefined || last === undefined) throw new RangeError('a size is measured');
    print(
      `Two HNSW indexes of hnswlib (M 16 and M 8, efConstruction 100) over the same clustered vectors of ${DIMENSION} dimensions, ${QUERIES} queries, one operation: ingest of both, listing of both with their vectors, exact truth, membership census (a sample of 10,000 from there on), quality, and the report, without timed phases. A process of its own for each size.\n`,
    );
    print(
      table([
        ['documents', 's', 'of it building both', 'CPU s', 'peak memory GiB', 'vectors GiB'],
        ...measured.map(({ size, run, stages }) => [
          size.toLocaleString('en'),
          stages.totalS.toFixed(1),
          stages.ingestS.toFixed(1),
          (run.cpuMs / 1000).toFixed(1),
          (run.peakBytes / GIB).toFixed(2),
          ((size * DIMENSION * 4) / GIB).toFixed(3),
        ]),
      ]),
    );
    const more = (last.size - first.size) * DIMENSION * 4;
    const perVector = (last.run.peakBytes - first.run.peakBytes) / more;
    return [
      {
        what: `memory of ${(last.size - first.size).toLocaleString('en')} further documents over that of their vectors`,
        value: `${perVector.toFixed(1)} ×`,
        bound: '≤ 25 ×',
        holds: perVector <= 25,
      },
      {
        what: `time of ${last.size.toLocaleString('en')} documents`,
        value: `${(last.stages.totalS / 60).toFixed(1)} minutes`,
        bound: '≤ 15 minutes',
        holds: last.stages.totalS <= 900,
      },
    ];
  },
  [`hnswlib-node ${packageVersion('hnswlib-node')}`],
  { rows: { type: 'string' } },
);

/** One run of the main job in a process of its own, whatever its verdict. */
async function retrieve(folder: string): Promise<ChildRun> {
  const sets = [
    'operations=["search"]',
    'latency.blockPairs=0',
    'throughput.requestsPerSlice=0',
    'timeouts.requestMs=60000',
  ].flatMap((set) => ['--set', set]);
  return await runChild(
    '../../main.ts',
    [
      ...['retrieve', '--corpus', join(folder, 'corpus'), '--embed', 'corpus', '--json'],
      ...['--incumbent', 'hnsw://wide?m=16&ef_construction=100&ef=64', '--ingest', 'if-empty'],
      ...['--candidate', 'hnsw://narrow?m=8&ef_construction=100&ef=64', ...sets],
    ],
    folder,
    { mayEnd: [0, 1, 3] },
  );
}

async function stagesOf(folder: string, { stdout, wallMs }: ChildRun): Promise<Stages> {
  const { run } = JSON.parse(stdout) as { run: string };
  const journal = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
  const ingested = journal
    .map((line) => JSON.parse(line) as { event: string; tookMs?: number })
    .filter(({ event }) => event === 'ingested');
  if (ingested.length !== 2) throw new Error(`${folder}: both sides are filled`);
  const ingestMs = ingested.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0);
  return { ingestS: ingestMs / 1000, totalS: wallMs / 1000 };
}

async function writeCorpus(folder: string, size: number): Promise<void> {
  const corpus = join(folder, 'corpus');
  await mkdir(corpus, { recursive: true });
  const lines = (count: number, line: (row: number) => object): string =>
    Array.from({ length: count }, (_, row) => `${JSON.stringify(line(row))}\n`).join('');
  await writeFile(
    join(corpus, 'documents.jsonl'),
    lines(size, (row) => ({ id: String(row), text: `document ${row}`, metadata: {} })),
  );
  await writeFile(
    join(corpus, 'queries.jsonl'),
    lines(QUERIES, (row) => ({
      id: String(row),
      need: String(row),
      text: `query ${row}`,
      slices: [],
      collections: ['documents'],
    })),
  );
  await writeFile(join(corpus, 'judgments.tsv'), '');
  await writeFile(
    join(corpus, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: 'growth',
      generator: { texts: 'none' },
      collections: [{ name: 'documents', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  const writer = new VectorWriter(join(corpus, VECTORS_FOLDER));
  await writeClusteredVectors(writer, { rows: size, queries: QUERIES, dimension: DIMENSION });
}
