import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wholeNumbers } from '../script-flags.ts';
import { provenanceNow, writeRecord } from '../stored-record.ts';
import { writeClusteredCorpus } from './clustered-corpus.ts';
import { type GrowthRun, retrieveGrowthSchema } from './retrieve-growth-record.ts';
import { type ChildRun, runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';

/**
 * Time and memory of the main job by the number of documents: `node --conditions=source
 * bench/experiments/size/retrieve-growth.ts [--rows N] [--rounds N]`, N the largest size. `npm run bench -- documents
 * --write` makes the page.
 */
const DIMENSION = 100;
const QUERIES = 800;
const SIZES = [200, 1_000, 10_000, 30_000, 100_000];

const { rows: largest, rounds } = wholeNumbers({ rows: 100_000, rounds: 3 }, []);
const sizes = SIZES.filter((size) => size <= largest);

const provenance = provenanceNow();
await using scratch = await scratchFolder('retrieve-growth');
const measured = sizes.map((documents) => ({ documents, runs: [] as GrowthRun[] }));
for (const { documents: rows } of measured) {
  await writeClusteredCorpus(join(folderOf(rows), 'corpus'), {
    ...{ rows, queries: QUERIES, dimension: DIMENSION, slices: [] },
  });
}
for (let round = 0; round < rounds; round++) {
  for (const { documents, runs } of measured) {
    runs.push(await retrieve(folderOf(documents), round));
    process.stderr.write(`${documents}: ${runs.at(-1)?.seconds.toFixed(1)} s\n`);
  }
}
const record = retrieveGrowthSchema.parse({
  schema: 'retrieval-parity/retrieve-growth@1',
  provenance,
  command: 'node --conditions=source bench/experiments/size/retrieve-growth.ts',
  ...{ dimension: DIMENSION, queries: QUERIES, sizes: measured },
});
await writeRecord('retrieve/growth.json', record);

function folderOf(documents: number): string {
  return join(scratch.path, String(documents));
}

/** One run of the main job in a process of its own, whatever its verdict. */
async function retrieve(folder: string, round: number): Promise<GrowthRun> {
  const sets = [
    'operations=["search"]',
    'latency.blockPairs=0',
    'throughput.requestsPerSlice=0',
    'timeouts.requestMs=60000',
  ].flatMap((set) => ['--set', set]);
  const run = await runChild(
    '../../main.ts',
    [
      ...['retrieve', '--corpus', join(folder, 'corpus'), '--embed', 'corpus', '--json'],
      ...['--runs', `runs-${round}`],
      ...[
        '--incumbent',
        `hnsw://wide-${round}?m=16&ef_construction=100&ef=64`,
        '--ingest',
        'if-empty',
      ],
      ...['--candidate', `hnsw://narrow-${round}?m=8&ef_construction=100&ef=64`, ...sets],
    ],
    folder,
    { mayEnd: [0, 1, 3] },
  );
  return {
    seconds: run.wallMs / 1000,
    ingestS: await ingestSeconds(folder, run),
    cpuS: run.cpuMs / 1000,
    peakBytes: run.peakBytes,
  };
}

/** What the journal of the run says of filling both sides. */
async function ingestSeconds(folder: string, { stdout }: ChildRun): Promise<number> {
  const { run } = JSON.parse(stdout) as { run: string };
  const journal = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
  const ingested = journal
    .map((line) => JSON.parse(line) as { event: string; tookMs?: number })
    .filter(({ event }) => event === 'ingested');
  if (ingested.length !== 2) throw new Error(`${folder}: both sides are filled`);
  return ingested.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0) / 1000;
}
