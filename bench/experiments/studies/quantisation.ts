import { resolve } from 'node:path';
import { exactTopK } from '../../../src/truth/exact.ts';
import { QUANTISERS } from './quantisers.ts';
import { groupOf, readCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell, StudyGroup } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * What smaller numbers lose, and what rescoring gives back: `node --conditions=source
 * bench/experiments/studies/quantisation.ts FOLDER…`, each a collection of `bench corpus build`.
 */
const K = 10;
const RESCORED = 40;
const QUERIES = 1000;

const place = studyPlace();
const groups: StudyGroup[] = [];
for (const folder of process.argv.slice(2)) {
  const collection = await readCollection(resolve(folder), QUERIES);
  const { documents, queryVectors } = collection;
  const exact = await exactAnswers(documents, queryVectors, K);
  const cell = (setting: string, answers: readonly (readonly string[])[]): StudyCell => ({
    setting,
    measure: `recall@${K}`,
    unit: 'share',
    values: exact.recallsOf(answers),
  });
  const cells = [
    cell(
      'float32',
      exact.lists.map(({ keys }) => keys.slice(0, K)),
    ),
  ];
  for (const { name, quantise } of QUANTISERS) {
    const { lists } = await exactTopK({
      documents: quantise(documents),
      queries: quantise(queryVectors),
      kPrime: RESCORED,
    });
    const answers = lists.map(({ keys }) => keys.slice(0, RESCORED));
    cells.push(
      cell(
        name,
        answers.map((keys) => keys.slice(0, K)),
      ),
    );
    cells.push(cell(`${name}, best ${RESCORED} rescored`, exact.rescored(answers)));
    process.stderr.write(`${collection.corpus.name}: ${name}\n`);
  }
  groups.push({ ...groupOf(collection), against: 'float32', cells });
}

await writeStudy('quantisation', place, {
  title: 'What smaller numbers lose, and what rescoring gives back',
  question:
    'Documents and queries are rounded as stores round them, and searched exactly in that form, so that nothing but the rounding can lose a document. Then the best 40 are ordered again by the exact cosines.',
  command: 'node --conditions=source bench/experiments/studies/quantisation.ts FOLDER…',
  method: [
    `Recall@${K} is tie-aware and measured against exact float64 cosine over the float32 vectors.`,
    `${QUERIES} queries a collection, drawn by the sha256 of their ids; filters are left aside.`,
    'Documents and queries are quantised alike. Binary keeps the sign of each component.',
  ],
  doesNotShow: [
    'How a graph or a list of cells adds to the loss: the search here is exact.',
    'Product quantisation, and binary codes after a rotation or a centring.',
    'Vectors of other models and dimensions: with 100 dimensions a binary code has 100 bits, which is few.',
    'Speed and memory.',
  ],
  groups,
});
