import { resolve } from 'node:path';
import { asker, descriptionOf, fill } from './indexed/indexed-collection.ts';
import { openBackend, serverUrl } from './indexed/open-backend.ts';
import { timedBlocks } from './indexed/timed-blocks.ts';
import { latencyCells, recallCells } from './indexed/timed-cells.ts';
import { groupOf, readCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * pgvector's HNSW against its exact search, by ef_search: `npm run servers -- --only pgvector -- node
 * --conditions=source bench/experiments/studies/ef-search.ts FOLDER`, a collection of `bench corpus build`.
 */
const K = 10;
const QUERIES = 1000;
const QUERIES_PER_BLOCK = 50;
const EFFORTS = [10, 20, 40, 80, 160, 320];
const EXACT = 'exact';

const place = studyPlace();
const collection = await readCollection(resolve(process.argv[2] ?? ''), QUERIES);
const { documents, queries, queryVectors } = collection;
const backend = openBackend(serverUrl('PGVECTOR_URL', '?table=study&connections=1'));
const truth = await exactAnswers(documents, queryVectors, K);
const seconds = await fill(backend, collection);
const description = await descriptionOf(backend, collection);
const found = await timedBlocks({
  settings: [
    { setting: EXACT, ask: asker(backend, collection, { k: K, exact: true }) },
    ...EFFORTS.map((effort) => ({
      setting: `ef_search ${effort}`,
      ask: asker(backend, collection, { k: K, effort }),
    })),
  ],
  ...{ queryCount: queries.length, queriesPerBlock: QUERIES_PER_BLOCK, seed: 1 },
});
await backend.close();
const exact = found[0]?.answers ?? [];
const cells = [
  ...recallCells(found, truth, K),
  ...found.slice(1).map(
    ({ setting, answers }): StudyCell => ({
      ...{ setting, measure: 'list differs from the exact one', unit: 'share' },
      values: answers.map((keys, query) =>
        keys.length === exact[query]?.length && keys.every((key, at) => key === exact[query]?.[at])
          ? 0
          : 1,
      ),
    }),
  ),
  ...latencyCells(found),
  {
    ...{ setting: 'HNSW', measure: 'load and build', unit: 's' as const },
    values: [Number(seconds.toFixed(1))],
  },
];

await writeStudy('ef-search', place, {
  title: 'pgvector: HNSW against exact search, by ef_search',
  question:
    'What an HNSW index of pgvector loses of the exact answer, what it gains in time, and how both change with ef_search.',
  command:
    'bench corpus build glove-words --documents 50000 --queries 1500 --out FOLDER && npm run servers -- --only pgvector -- node --conditions=source bench/experiments/studies/ef-search.ts FOLDER',
  method: [
    `The index: ${description}.`,
    `Recall@${K} is tie-aware and measured against exact float64 cosine. The exact search is pgvector’s own, over every row. A list differs where any place holds another document.`,
    `${queries.length} queries, drawn by the sha256 of their ids, each asked once at each setting, one at a time. Blocks of ${QUERIES_PER_BLOCK} queries: within a block all settings follow each other in a random order, and the first requests after a switch are not timed.`,
    'Latency is that of the client, over loopback: parsing, planning and the client library count.',
  ],
  doesNotShow: [
    'Times of a machine with nothing else to do: its load is told below. Ratios within paired blocks suffer less from it than times do.',
    'Other sizes: the time of an exact search grows with the rows, that of a graph hardly.',
    'Several requests at a time, a table that does not fit into memory, and a server on another machine.',
    'Other vectors: these are the most frequent words of GloVe, and which words are asked is a sample of them.',
    'What another build of the same index would give: this is one build.',
  ],
  groups: [{ ...groupOf(collection), against: EXACT, queriesPerBlock: QUERIES_PER_BLOCK, cells }],
});
