import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf } from '../corpus/document-key.ts';
import { MANIFEST_FILE, type Manifest } from '../corpus/manifest.ts';
import { ownFolder } from '../disk/own-folder.ts';
import { newFolder } from '../record/files/new-folder.ts';
import { writeLines } from '../record/files/write-lines.ts';
import { writeWhole } from '../record/files/write-whole.ts';
import { VECTORS_FOLDER } from '../record/vectors/vector-index.ts';
import { VectorWriter } from '../record/vectors/vector-writer.ts';
import { computeTruth } from '../truth/corpus/compute-truth.ts';
import { difficultySlices } from './slices/difficulty.ts';
import type { CollectedCorpus, CollectedQuery, CollectionRecipe, CollectOptions } from './types.ts';

/** Rank to which the difficulty of queries is measured. */
const K = 10;

/** What is built, and where to. */
export interface BuildRequest extends Omit<CollectOptions, 'scratch'> {
  readonly collection: CollectionRecipe;
  /** A folder that does not exist yet. */
  readonly folder: string;
}

/** What was built. */
export interface BuiltCollection {
  readonly documentCount: number;
  readonly queryCount: number;
  readonly judgmentCount: number;
  readonly dimension: number;
  readonly notes: readonly string[];
}

/**
 * Fetches the sources of a collection, makes a corpus folder of them and removes what was fetched. The folder appears
 * whole or not at all, and its bytes depend on the sources and the options alone.
 * @throws InfrastructureError where a source cannot be had or the disk refuses; UsageError for a source with another
 * hash than the one that is pinned, and for a folder that is in use; the signal's reason.
 */
export async function buildCollection(request: BuildRequest): Promise<BuiltCollection> {
  const { collection, folder, signal, onStep } = request;
  return await newFolder(folder, async (partial) => {
    const scratch = await ownFolder('retrieval-parity-collection-');
    try {
      const collected = await collection.collect({ ...request, scratch });
      onStep('exact truth, for slices of difficulty');
      const queries = await withDifficulty(collected, signal);
      onStep('writing');
      return await write(partial, { ...collected, queries }, request);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

async function withDifficulty(
  collected: CollectedCorpus,
  signal: AbortSignal,
): Promise<readonly CollectedQuery[]> {
  const { collection: name, documents, queries, metric } = collected;
  const truth = await computeTruth({
    corpus: { collections: [{ name, documents }], metric },
    queries: queries.map((query) => ({ ...query, collections: [name] })),
    documents: {
      ids: documents.map(({ id }) => keyOf(name, id)),
      ...collected.documentVectors,
    },
    vectors: { ids: queries.map(({ id }) => id), ...collected.queryVectors },
    k: K,
    signal,
  });
  const slices = difficultySlices(truth.lists, K);
  return queries.map((query, at) => ({
    ...query,
    slices: [...query.slices, ...(slices[at] ?? [])],
  }));
}

async function write(
  folder: string,
  collected: CollectedCorpus,
  { collection, signal }: BuildRequest,
): Promise<BuiltCollection> {
  const { collection: name, documents, queries, judgments, metric, notes } = collected;
  const lines = (file: string, all: Iterable<string>) =>
    writeLines(join(folder, file), all, signal);
  const jsonLines = (file: string, rows: readonly unknown[]) =>
    lines(
      file,
      textsOf(rows, (row) => JSON.stringify(row)),
    );
  const manifest: Manifest = {
    version: 1,
    name: collection.name,
    generator: {
      name: 'retrieval-parity corpus build',
      collection: collection.name,
      vectors: collected.vectorSource,
      provenance: collected.provenance.map((one) => ({ ...one })),
    },
    metric,
    collections: [
      { name, file: 'documents.jsonl', ...(await jsonLines('documents.jsonl', documents)) },
    ],
    queries: {
      file: 'queries.jsonl',
      ...(await jsonLines(
        'queries.jsonl',
        queries.map((query) => ({ ...query, collections: [name] })),
      )),
    },
    judgments: {
      file: 'judgments.tsv',
      ...(await lines(
        'judgments.tsv',
        textsOf(judgments, ([query, id, grade]) => `${query}\t${keyOf(name, id)}\t${grade}`),
      )),
    },
  };
  const vectors = new VectorWriter(join(folder, VECTORS_FOLDER));
  await mkdir(join(folder, VECTORS_FOLDER));
  const { dimension } = collected.documentVectors;
  const keys = documents.map(({ id }) => keyOf(name, id));
  await vectors.add('documents', keys, dimension, collected.documentVectors.values);
  const ids = queries.map(({ id }) => id);
  await vectors.add('queries', ids, dimension, collected.queryVectors.values);
  await vectors.end(collected.vectorSource);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeWhole(join(folder, MANIFEST_FILE), Buffer.from(text));
  return {
    documentCount: documents.length,
    queryCount: queries.length,
    judgmentCount: judgments.length,
    dimension,
    notes,
  };
}

function* textsOf<Row>(rows: readonly Row[], textOf: (row: Row) => string): Generator<string> {
  for (const row of rows) yield textOf(row);
}
