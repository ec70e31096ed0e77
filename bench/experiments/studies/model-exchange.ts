import { resolve } from 'node:path';
import { loadEncoder } from '../../../src/embed/encoder.ts';
import { ndcgAtK } from '../../../src/metrics/ranking/ndcg.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { exactTopK } from '../../../src/truth/exact.ts';
import { groupOf, readCollection, type StudiedCollection } from './read-collection.ts';
import { exactAnswers } from './recalls.ts';
import type { StudyCell, StudyGroup } from './record/study.ts';
import { studyPlace, writeStudy } from './record/write-study.ts';

/**
 * One embedding model exchanged for another: `node --conditions=source bench/experiments/studies/model-exchange.ts
 * ENCODER FOLDER…`, an encoder folder, and collections of `bench corpus build` that have judgments.
 */
const K = 10;
const QUERIES = 1000;
const [encoderFolder = '', ...folders] = process.argv.slice(2);
const encoder = await loadEncoder(resolve(encoderFolder));

async function embedded(
  ids: readonly string[],
  texts: readonly string[],
  kind: 'query' | 'document',
): Promise<VectorTable> {
  const values = new Float32Array(texts.length * encoder.dimension);
  for (let from = 0; from < texts.length; from += 1024) {
    const vectors = await encoder.embed(texts.slice(from, from + 1024), kind);
    for (const [at, vector] of vectors.entries())
      values.set(vector, (from + at) * encoder.dimension);
  }
  return { ids: [...ids], dimension: encoder.dimension, values };
}

async function groupFor(collection: StudiedCollection): Promise<StudyGroup> {
  const { corpus, documents, queries, queryVectors } = collection;
  const old = await exactAnswers(documents, queryVectors, K);
  const texts = corpus.collections.flatMap((one) => one.documents.map(({ text }) => text));
  const other = await exactTopK({
    documents: await embedded(documents.ids, texts, 'document'),
    queries: await embedded(
      queries.map(({ id }) => id),
      queries.map(({ text }) => text),
      'query',
    ),
    kPrime: K,
  });
  const answers = {
    'old model': old.lists.map(({ keys }) => keys.slice(0, K)),
    'new model': other.lists.map(({ keys }) => keys.slice(0, K)),
  };
  const cells = Object.entries(answers).flatMap(([setting, lists]): StudyCell[] => [
    {
      setting,
      measure: `recall@${K} of the old model`,
      unit: 'share',
      values: old.recallsOf(lists),
    },
    {
      setting,
      measure: `nDCG@${K}`,
      unit: 'share',
      values: lists.map((keys, at) => {
        const grades = corpus.judgments.get(queries[at]?.id ?? '');
        return grades === undefined ? null : ndcgAtK(keys, grades, K, 'linear').ndcg;
      }),
    },
  ]);
  return { ...groupOf(collection), against: 'old model', cells };
}

const place = studyPlace();
const groups: StudyGroup[] = [];
for (const folder of folders)
  groups.push(await groupFor(await readCollection(resolve(folder), QUERIES)));
await encoder.close();

await writeStudy('model-exchange', place, {
  title: 'One embedding model exchanged for another',
  question:
    'The old model is the idf-weighted mean of GloVe’s word vectors, the new one the demo encoder, which was trained on texts of another domain. Recall against the old model’s own nearest documents asks whether the answers are the same; nDCG asks, by the judgments of people, whether they are as good.',
  command:
    'node --conditions=source bench/experiments/studies/model-exchange.ts corpora/encoder FOLDER…',
  method: [
    'Both models are searched exactly, so that no index can lose a document.',
    `${QUERIES} queries a collection, drawn by the sha256 of their ids; filters are left aside.`,
    'nDCG has linear gain; queries without a judgment are not counted.',
  ],
  doesNotShow: [
    'Which of two good models is better: neither is one.',
    'What a model does on texts that it was made for.',
    'Unjudged documents count as not relevant: a model that finds others than the judges knew is held to be worse.',
  ],
  groups,
});
