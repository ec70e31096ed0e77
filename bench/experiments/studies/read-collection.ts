import { join } from 'node:path';
import { chosen } from '../../../src/collections/chosen.ts';
import { keysOf } from '../../../src/corpus/document-key.ts';
import { loadCorpus } from '../../../src/corpus/load.ts';
import type { Corpus, Query } from '../../../src/corpus/types.ts';
import { UsageError } from '../../../src/errors.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { openStoredVectors, readWholeTable } from '../../../src/record/vectors/stored-vectors.ts';
import { VECTORS_FOLDER } from '../../../src/record/vectors/vector-index.ts';
import type { StudyGroup } from './record/study.ts';

/** A collection with the queries of a study and all vectors. */
export interface StudiedCollection {
  readonly corpus: Corpus;
  /** Without filters, in the order of the corpus. */
  readonly queries: readonly Query[];
  readonly documents: VectorTable;
  readonly queryVectors: VectorTable;
}

/** Reads a built collection and draws the queries of a study by the sha256 of their ids. */
export async function readCollection(
  folder: string,
  queryCount: number,
): Promise<StudiedCollection> {
  const corpus = await loadCorpus(folder);
  const stored = await openStoredVectors(join(folder, VECTORS_FOLDER));
  if (stored === null) {
    throw new UsageError('study-vectors', `${folder}: has no vectors`, {
      hint: 'build it with: bench corpus build NAME',
    });
  }
  const documents = await readWholeTable(stored.documents);
  const all = await readWholeTable(stored.queries);
  const queries = chosen(
    corpus.queries.filter(({ filter }) => filter === undefined),
    queryCount,
    ({ id }) => id,
  );
  const rowOf = new Map(all.ids.map((id, row) => [id, row]));
  const values = new Float32Array(queries.length * all.dimension);
  for (const [at, { id }] of queries.entries()) {
    const row = rowOf.get(id) ?? -1;
    values.set(
      all.values.subarray(row * all.dimension, (row + 1) * all.dimension),
      at * all.dimension,
    );
  }
  const keys = keysOf(corpus.collections);
  if (keys.some((id, row) => documents.ids[row] !== id)) {
    throw new UsageError('study-vectors', `${folder}: its vectors are of other documents`);
  }
  return {
    corpus,
    queries,
    documents,
    queryVectors: { ids: queries.map(({ id }) => id), dimension: all.dimension, values },
  };
}

/** Name and hashes of a group over a collection; nothing of it is timed. */
export function groupOf({
  corpus,
  documents,
}: StudiedCollection): Pick<StudyGroup, 'name' | 'corpus' | 'queriesPerBlock'> {
  const { hashes } = corpus;
  return {
    name: `${corpus.name}, ${documents.ids.length.toLocaleString('en-US')} documents`,
    corpus: {
      documents: Object.values(hashes.documents).join(' '),
      queries: hashes.queries,
      judgments: hashes.judgments,
    },
    queriesPerBlock: null,
  };
}
