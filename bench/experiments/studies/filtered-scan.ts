import { resolve } from 'node:path';
import { drawn } from '../../../src/collections/chosen.ts';
import type { Filter } from '../../../src/corpus/types.ts';
import { asker, descriptionOf, fill } from './indexed/indexed-collection.ts';
import { openBackend, serverUrl } from './indexed/open-backend.ts';
import { timedBlocks } from './indexed/timed-blocks.ts';
import { latencyCells, recallCells } from './indexed/timed-cells.ts';
import { groupOf, readCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell, StudyGroup } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * Filters after the index's scan against scans that go on: `npm run servers -- --only pgvector -- node
 * --conditions=source bench/experiments/studies/filtered-scan.ts FOLDER`, glove-words of `bench corpus build`.
 */
const K = 10;
const QUERIES = 100;
const QUERIES_PER_BLOCK = 5;
const PARTS = 10_000;
const RANDOM_SHARES = [0.001, 0.01, 0.1, 0.5];
const RARE_SHARES = [0.01, 0.1];

const place = studyPlace();
const collection = await readCollection(resolve(process.argv[2] ?? ''), QUERIES);
const { corpus, documents, queryVectors } = collection;
const all = corpus.collections.flatMap((one) => one.documents);
const opened = (parameters: string) =>
  openBackend(serverUrl('PGVECTOR_URL', `?table=study&connections=1&${parameters}`));
const settings = [
  { setting: 'filter after the scan', backend: opened('seqscan=off') },
  ...['strict_order', 'relaxed_order'].map((order) => ({
    setting: order,
    backend: opened(`seqscan=off&iterative_scan=${order}`),
  })),
  { setting: 'as the planner likes', backend: opened('') },
];
const against = settings[0]?.setting ?? '';
const partOf = (id: string): number => drawn(`filter ${id}`, PARTS);
const ranks = all.map(({ metadata }) => Number(metadata.rank)).sort((a, b) => a - b);

/** Whether a document passes, and the same as a filter. */
interface StudiedFilter {
  readonly name: string;
  readonly filter: Filter;
  readonly passes: (at: number) => boolean;
}

const filters: StudiedFilter[] = [
  ...RANDOM_SHARES.map((share) => ({
    name: `a random ${percent(share)}`,
    filter: { part: { lte: PARTS * share - 1 } },
    passes: (at: number) => partOf(all[at]?.id ?? '') <= PARTS * share - 1,
  })),
  ...RARE_SHARES.map((share) => {
    const from = ranks[Math.round(ranks.length * (1 - share))] ?? 0;
    return {
      name: `the rarest ${percent(share)}`,
      filter: { rank: { gte: from } },
      passes: (at: number) => Number(all[at]?.metadata.rank) >= from,
    };
  }),
];

const [first] = settings;
if (first === undefined) throw new Error('no setting');
await fill(first.backend, collection, (id) => ({ part: partOf(id) }));
const description = await descriptionOf(first.backend, collection);
const groups: StudyGroup[] = [];
for (const { name, filter, passes } of filters) {
  const allowed = Uint8Array.from(all, (_, at) => (passes(at) ? 1 : 0));
  const passing = allowed.reduce((sum, one) => sum + one, 0);
  const truth = await exactAnswers(documents, queryVectors, K, allowed);
  const found = await timedBlocks({
    settings: settings.map(({ setting, backend }) => ({
      setting,
      ask: asker(backend, collection, { k: K, filter }),
    })),
    ...{ queryCount: queryVectors.ids.length, queriesPerBlock: QUERIES_PER_BLOCK, seed: 1 },
  });
  const own = groupOf(collection);
  groups.push({
    ...{ ...own, name: `${name}: ${passing.toLocaleString('en-US')} of ${own.name}` },
    ...{ against, queriesPerBlock: QUERIES_PER_BLOCK },
    cells: [
      ...found.map(
        ({ setting, answers }): StudyCell => ({
          ...{ setting, measure: 'full answers', unit: 'share' },
          values: answers.map(({ length }) => (length === K ? 1 : 0)),
        }),
      ),
      ...recallCells(found, truth, K),
      ...latencyCells(found),
    ],
  });
  process.stderr.write(`${name}\n`);
}
for (const { backend } of settings) await backend.close();

await writeStudy('filtered-scan', place, {
  title: 'Filters after the scan of an index, and scans that go on',
  question:
    'An HNSW index of pgvector is scanned and then filtered: what few documents pass leaves short answers. Since 0.8 a scan can go on until the answer is full (hnsw.iterative_scan). What each gives and takes, by the share of documents that pass.',
  command:
    'bench corpus build glove-words --documents 50000 --queries 1500 --out FOLDER && npm run servers -- --only pgvector -- node --conditions=source bench/experiments/studies/filtered-scan.ts FOLDER',
  method: [
    `The index: ${description}. ef_search is pgvector’s default, 40, and so are the limits of an iterative scan (hnsw.max_scan_tuples 20,000).`,
    'Filters are conditions on a jsonb column without an index. A random share has nothing to do with the vectors; the rarest words lie elsewhere than frequent ones. The first three settings are kept from reading the whole table (enable_seqscan off); the last leaves that to the planner, with the filter after the scan.',
    `An answer is full with ${K} documents. Recall@${K} is tie-aware, against exact float64 cosine among the documents that pass.`,
    `${QUERIES} queries, drawn by the sha256 of their ids, each asked once at each setting, one at a time, in blocks of ${QUERIES_PER_BLOCK}: within a block all settings follow each other in a random order, and the first requests after a switch are not timed.`,
  ],
  doesNotShow: [
    'Times of a machine with nothing else to do: its load is told below. Ratios within paired blocks suffer less from it than times do.',
    'Partial indexes, partitions and indexes on the filtered column, which are often the better answer to a filter that is known beforehand.',
    'Other values of ef_search and of hnsw.max_scan_tuples.',
    'That the planner chooses likewise elsewhere: its choice rests on its guess of how many rows pass, and it knows little of jsonb.',
    'Several requests at a time. This is one build of one index.',
  ],
  groups,
});

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`;
}
