import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { leastEffort } from '../../../src/retrieve/equal-recall/least-effort.ts';
import { mean } from '../../../src/stats/moments.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { asker, descriptionOf, fill, indexBytesOf } from './indexed/indexed-collection.ts';
import { openBackend, serverUrl } from './indexed/open-backend.ts';
import { type AskedSetting, timedBlocks } from './indexed/timed-blocks.ts';
import { latencyCells, recallCells } from './indexed/timed-cells.ts';
import { groupOf, readCollection, type StudiedCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * Engines at equal recall: `npm run servers -- --only pgvector,redis -- node --conditions=source
 * bench/experiments/studies/engines.ts FOLDER`, a collection of `bench corpus build`. The packages `@lancedb/lancedb`
 * and `sqlite-vec` have to be installed.
 */
const K = 10;
const TARGET = 0.95;
const QUERIES = 1000;
const QUERIES_PER_BLOCK = 25;
/** How far apart settings of equal recall may be, as `bench retrieve --equal-recall` has it. */
const EQUAL_WITHIN = 0.02;
const [M, EF_CONSTRUCTION] = [16, 200];

const place = studyPlace();
const whole = await readCollection(resolve(process.argv[2] ?? ''), QUERIES);
const tuning = partOf(whole, 0);
const checked = partOf(whole, 1);
const tuningTruth = await exactAnswers(tuning.documents, tuning.queryVectors, K);
const truth = await exactAnswers(checked.documents, checked.queryVectors, K);
const scratch = await mkdtemp(join(tmpdir(), 'engines-'));
const graph = `m=${M}&ef_construction=${EF_CONSTRUCTION}`;
/** Times k rows that LanceDB's hnsw_sq compares again; it refuses a lesser effort. */
const REFINE = 2;
/** So many that a partition more makes a small step of recall. */
const PARTITIONS = 256;
const engines: readonly (readonly [name: string, url: string, leastTried?: number])[] = [
  ['pgvector', serverUrl('PGVECTOR_URL', `?table=study&connections=1&${graph}`)],
  ['Redis, int8', serverUrl('REDIS_URL', `/q8?quantisation=q8&${graph}`)],
  [
    'LanceDB, hnsw_sq',
    `lancedb://${join(scratch, 'hnsw')}?index=hnsw_sq&refine_factor=${REFINE}`,
    REFINE * K,
  ],
  [
    'LanceDB, ivf_flat',
    `lancedb://${join(scratch, 'ivf')}?index=ivf_flat&partitions=${PARTITIONS}`,
    1,
  ],
  ['hnswlib', `hnsw://${join(scratch, 'graph')}?${graph}`],
  ['sqlite-vec, exact', 'sqlite-vec:memory'],
];

const settings: (AskedSetting & { readonly backend: Backend })[] = [];
const builds: StudyCell[] = [];
const descriptions: string[] = [];
for (const [name, url, leastTried = K] of engines) {
  const backend = openBackend(url);
  const seconds = await fill(backend, whole);
  builds.push({
    ...{ setting: name, measure: 'load and build', unit: 's' },
    values: [Number(seconds.toFixed(1))],
  });
  descriptions.push(`${name}: ${await descriptionOf(backend, whole)}.`);
  const sizeBytes = await indexBytesOf(backend, whole);
  if (sizeBytes !== null) {
    builds.push({
      ...{ setting: name, measure: 'index', unit: 'MiB' },
      values: [Number((sizeBytes / 2 ** 20).toFixed(1))],
    });
  }
  const effort = await effortOf(backend, leastTried);
  const setting = effort === null ? name : `${name}, ${backend.capabilities.effort} ${effort}`;
  const asked = { k: K, ...(effort === null ? {} : { effort }) };
  settings.push({ setting, backend, ask: asker(backend, checked, asked) });
  process.stderr.write(`${setting}: ${seconds.toFixed(1)} s\n`);
}
const found = await timedBlocks({
  ...{ settings, queryCount: checked.queries.length, queriesPerBlock: QUERIES_PER_BLOCK, seed: 1 },
});
for (const { backend } of settings) await backend.close();
await rm(scratch, { recursive: true, force: true });

await writeStudy('engines', place, {
  title: 'Five engines at equal recall',
  question: `pgvector, Redis vector sets, LanceDB and hnswlib, each at the least effort with which it finds ${TARGET * 100}% of the exact answer on queries for tuning, beside the exact search of sqlite-vec: latency, and the time to load and build.`,
  command:
    'bench corpus build glove-words --documents 21000 --queries 1500 --out FOLDER && npm run servers -- --only pgvector,redis -- node --conditions=source bench/experiments/studies/engines.ts FOLDER',
  method: [
    `Graphs are built with M ${M} and efConstruction ${EF_CONSTRUCTION} where the engine is told; LanceDB uses its own values, its hnsw_sq compares ${REFINE} times ${K} rows again by their stored vectors, and its ivf_flat has ${PARTITIONS} partitions. All else is as each engine has it.`,
    ...descriptions,
    `On ${tuning.queries.length} queries the least effort is looked for whose mean recall@${K} is at least ${TARGET} (doubled or halved, then bisected to 5%). No ef below ${K} is tried, and none below ${REFINE * K} of hnsw_sq, which LanceDB refuses: it may so find more than it needs to. The figures are of ${checked.queries.length} other queries: every other one of those drawn by the sha256 of their ids.`,
    `Recall@${K} is tie-aware, against exact float64 cosine. Each query is asked once at each engine, one at a time, in blocks of ${QUERIES_PER_BLOCK}: within a block all engines follow each other in a random order, and the first requests after a switch are not timed.`,
    'Latency is that of the client: pgvector and Redis are asked over loopback, the others run within the process of the client. Load and build is one run, through the drivers of this suite, with their batches of 500. The size of an index is what the engine says of it: LanceDB’s hnsw_sq holds codes, the others hold the vectors too.',
  ],
  doesNotShow: [
    'Times of a machine with nothing else to do: its load is told below. Ratios within paired blocks suffer less from it than times do.',
    'Which engine is faster in general: one machine, one size, one kind of vector, one request at a time, and each engine at nearly its default settings. Tuned by those who know it, each may be faster.',
    'A difference between the engines alone: what runs in the process of the client saves a way that a server has to go.',
    'The memory of the processes that hold the indexes, and updates.',
    'How builds vary: each is one.',
  ],
  groups: [
    {
      ...groupOf(whole),
      ...{ against: settings[0]?.setting ?? '', queriesPerBlock: QUERIES_PER_BLOCK },
      equalWithin: EQUAL_WITHIN,
      cells: [...recallCells(found, truth, K), ...latencyCells(found), ...builds],
    },
  ],
});

/** The least effort that reaches the target on the queries for tuning; null for an engine without one. */
async function effortOf(backend: Backend, leastTried: number): Promise<number | null> {
  if (backend.capabilities.effort === null) return null;
  const { effort } = await leastEffort({
    ...{ first: leastTried, most: 4096, trials: 16 },
    answer: async (tried) => {
      // Some engines refuse an effort below k.
      if (tried < leastTried) return 'low';
      const ask = asker(backend, tuning, { k: K, effort: tried });
      const answers: string[][] = [];
      for (const query of tuning.queries.keys()) answers.push(await ask(query));
      return (mean(tuningTruth.recallsOf(answers).filter((one) => one !== null)) ?? 0) >= TARGET
        ? 'enough'
        : 'low';
    },
  });
  return effort;
}

/** A collection with every other of its queries, which lie in the order of the corpus: both parts are of all kinds. */
function partOf(of: StudiedCollection, rest: 0 | 1): StudiedCollection {
  const { ids, dimension, values } = of.queryVectors;
  const rows = [...ids.keys()].filter((row) => row % 2 === rest);
  return {
    ...of,
    queries: of.queries.filter((_, row) => row % 2 === rest),
    queryVectors: {
      ...{ ids: ids.filter((_, row) => row % 2 === rest), dimension },
      values: Float32Array.from(
        rows.flatMap((row) => [...values.subarray(row * dimension, (row + 1) * dimension)]),
      ),
    },
  };
}
