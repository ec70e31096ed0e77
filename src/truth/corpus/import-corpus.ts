import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type NearestLists, readLists } from '../../corpus/import/lists/lists.ts';
import { readListsById } from '../../corpus/import/lists/lists-by-id.ts';
import { namedMetric } from '../../corpus/import/metric.ts';
import type { ReadFile } from '../../corpus/import/sources/found.ts';
import { importSources } from '../../corpus/import/sources/sources.ts';
import type { ImportColumns, ImportFormat } from '../../corpus/import/types.ts';
import { unpackedFiles } from '../../corpus/import/unpack/unpacked-files.ts';
import { type WrittenCorpus, writeCorpus } from '../../corpus/import/write/write-corpus.ts';
import type { VectorOutput } from '../../corpus/import/write/write-options.ts';
import type { CorpusMetric } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { newFolder } from '../../record/files/new-folder.ts';
import { VECTORS_FOLDER, type VectorRole } from '../../record/vectors/vector-index.ts';
import { VectorWriter } from '../../record/vectors/vector-writer.ts';
import { TRUTH_FOLDER, writeGivenTruth } from './given-truth.ts';

/** What is imported, and where to. */
export interface ImportRequest {
  /** Files and folders, each as `PATH` or `role=PATH`. */
  readonly from: readonly string[];
  readonly format: ImportFormat | null;
  /** Folder of the corpus that is made; must not hold anything yet. */
  readonly folder: string;
  readonly name: string;
  readonly collection: string;
  readonly columns: ImportColumns;
  /** Which of the judgments of a folder, where they are of several splits. */
  readonly split: string;
  readonly allQueries: boolean;
  /** Overrides the metric that the files name. */
  readonly metric: CorpusMetric | null;
  readonly excludeSelf: boolean;
  readonly onRows?: (role: VectorRole, count: number) => void;
  readonly signal?: AbortSignal;
}

/** What an import made. */
export interface ImportedCorpus {
  readonly documentCount: number;
  readonly queryCount: number;
  readonly judgmentCount: number;
  readonly dimension: number | null;
  readonly hasTexts: boolean;
  /** How nearness is meant; null where nothing says, so that it is cosine. */
  readonly metric: CorpusMetric | null;
  /** What a reader should know, a sentence each. */
  readonly notes: readonly string[];
  /** Lists of the ground truth that was given, and their length; null where there was none. */
  readonly truth: { readonly count: number; readonly k: number } | null;
}

/**
 * Makes a corpus folder from foreign files: what `loadCorpus` reads, the vectors as Arrow files where
 * they are given, and the ground truth where it is given. The folder appears whole or not at all.
 * @throws UsageError for whatever is wrong with the files, and for a folder that is in use
 */
export async function importCorpus(request: ImportRequest): Promise<ImportedCorpus> {
  return await newFolder(request.folder, (partial) => importInto(partial, request));
}

async function importInto(partial: string, request: ImportRequest): Promise<ImportedCorpus> {
  const { columns, signal } = request;
  const reading = signal === undefined ? {} : { signal };
  const scratch = join(partial, 'unpacked');
  const sources = await importSources(request.from, {
    ...reading,
    format: request.format,
    split: request.split,
    unpacked: unpackedFiles(scratch, signal),
  });
  const files = [...sources.documents, ...sources.queries];
  const metric =
    request.metric ?? namedMetric([...files, ...(sources.truth === null ? [] : [sources.truth])]);
  const vectors = new VectorWriter(join(partial, VECTORS_FOLDER));
  const vectorOutput = (role: VectorRole, prefix: string): VectorOutput => ({
    add: (ids, { dimension, values }) =>
      vectors.add(
        role,
        ids.map((id) => prefix + id),
        dimension,
        values,
      ),
  });
  const written = await writeCorpus({
    ...reading,
    sources,
    columns,
    folder: partial,
    name: request.name,
    collection: request.collection,
    allQueries: request.allQueries,
    metric,
    excludeSelf: request.excludeSelf,
    vectors: {
      documents: vectorOutput('documents', `${request.collection}/`),
      queries: vectorOutput('queries', ''),
    },
    ...(request.onRows === undefined ? {} : { onRows: request.onRows }),
  });
  const names = files.map(({ file }) => basename(file.path));
  await vectors.end(`imported from ${[...new Set(names)].join(', ')}`);
  const given = sources.truth === null ? null : await listsOf(sources.truth, written, request);
  if (given !== null && sources.truth !== null) {
    await mkdir(join(partial, TRUTH_FOLDER));
    await writeGivenTruth(join(partial, TRUTH_FOLDER), {
      lists: given.lists,
      metric,
      source: basename(sources.truth.file.path),
    });
  }
  await rm(scratch, { recursive: true, force: true });
  const { documentIds, queryIds, notes, ...facts } = written;
  return {
    ...facts,
    metric,
    documentCount: documentIds.size,
    queryCount: queryIds.size,
    notes: [...notes, ...(given?.notes ?? [])],
    truth: given === null ? null : { count: given.lists.count, k: given.lists.k },
  };
}

/** The ground truth that was given, by ids where its file holds records, else by row numbers. */
async function listsOf(
  { file, importer }: Pick<ReadFile, 'file' | 'importer'>,
  { documentIds, queryIds }: WrittenCorpus,
  { columns, signal }: ImportRequest,
): Promise<{ readonly lists: NearestLists; readonly notes: readonly string[] }> {
  const reading = signal === undefined ? {} : { signal };
  if (importer.records === undefined) {
    const expected = { queries: queryIds.size, documents: documentIds.size };
    return { lists: await readLists({ file, importer }, expected, reading), notes: [] };
  }
  const known = { queries: queryIds, documents: documentIds };
  const { lists, others } = await readListsById(
    file,
    importer.records,
    known,
    columns.truth,
    reading,
  );
  const notes =
    others === 0
      ? []
      : [
          `${counted(others, 'list of the ground truth is of a query that is not there and was', 'lists of the ground truth are of queries that are not there and were')} left out`,
        ];
  return { lists, notes };
}
