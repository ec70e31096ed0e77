import { resolve } from 'node:path';
import { openReferenceIndex } from '../../../src/truth/reference/reference-index.ts';
import { groupOf, readCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell, StudyGroup } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * How much recall depends on the build: `node --conditions=source bench/experiments/studies/build-variance.ts
 * FOLDER…`, each a collection of `bench corpus build`.
 */
const K = 10;
const QUERIES = 1000;
const BUILDS = 10;
const [M, EF_CONSTRUCTION, EF_SEARCH] = [16, 100, 40];

const place = studyPlace();
const groups: StudyGroup[] = [];
for (const folder of process.argv.slice(2)) {
  const collection = await readCollection(resolve(folder), QUERIES);
  const { documents, queryVectors } = collection;
  const exact = await exactAnswers(documents, queryVectors, K);
  const cells: StudyCell[] = [];
  for (let build = 1; build <= BUILDS; build++) {
    const index = await openReferenceIndex({
      ...{ documents, queries: queryVectors, k: K, M, efConstruction: EF_CONSTRUCTION },
      ...{ seed: build, cacheFolder: null },
    });
    try {
      const { places, found } = await index.search(EF_SEARCH);
      const answers: string[][] = queryVectors.ids.map(() => []);
      for (const [at, query] of index.searched.entries()) {
        const rows = [...found.subarray(at * places, (at + 1) * places)];
        answers[query] = rows.flatMap((row) => documents.ids[row] ?? []);
      }
      cells.push({
        setting: `build ${build}`,
        measure: `recall@${K}`,
        unit: 'share',
        values: exact.recallsOf(answers),
      });
    } finally {
      await index.close();
    }
    process.stderr.write(`${collection.corpus.name}: build ${build}\n`);
  }
  groups.push({ ...groupOf(collection), against: 'build 1', cells });
}

await writeStudy('build-variance', place, {
  title: 'How much recall depends on the build of an index',
  question: `The same vectors are built ten times into an HNSW index (hnswlib, M ${M}, efConstruction ${EF_CONSTRUCTION}) with other random levels, and asked at efSearch ${EF_SEARCH}.`,
  command: 'node --conditions=source bench/experiments/studies/build-variance.ts FOLDER…',
  method: [
    `Recall@${K} is tie-aware and measured against exact float64 cosine.`,
    `${QUERIES} queries a collection, drawn by the sha256 of their ids; filters are left aside.`,
    'Each build is held against the first one, query by query.',
  ],
  doesNotShow: [
    'Builds by several threads, where the order of insertion varies too.',
    'Other engines, and other settings of this one.',
    'That builds are alike where an interval holds 0: it says how far apart they may be.',
  ],
  groups,
});
