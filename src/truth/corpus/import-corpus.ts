import { chmod, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readLists } from '../../corpus/import/lists.ts';
import { importSources } from '../../corpus/import/sources.ts';
import type { ImportColumns, ImportFormat, ImportMetric } from '../../corpus/import/types.ts';
import {
  type VectorSink,
  type WrittenCorpus,
  writeCorpus,
} from '../../corpus/import/write-corpus.ts';
import { BenchError, InfrastructureError, UsageError } from '../../errors.ts';
import { TRUTH_FOLDER, writeGivenTruth } from './given-truth.ts';
import { VECTORS_FOLDER, type VectorRole } from './vector-index.ts';
import { VectorWriter } from './vector-writer.ts';

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
  /** Which of the qrels of a BEIR folder. */
  readonly split: string;
  readonly allQueries: boolean;
  /** Overrides the metric that the ground truth's file names. */
  readonly metric: ImportMetric | null;
  readonly onRows?: (role: VectorRole, count: number) => void;
  readonly signal?: AbortSignal;
}

/** What an import made. */
export interface ImportedCorpus extends WrittenCorpus {
  /** Lists of the ground truth that was given, and their length; null where there was none. */
  readonly truth: { readonly count: number; readonly k: number } | null;
}

/**
 * Makes a corpus folder from foreign files: what `loadCorpus` reads, the vectors as Arrow files where
 * they are given, and the ground truth where it is given. The folder appears whole or not at all.
 * @throws UsageError for whatever is wrong with the files, and for a folder that is in use
 */
export async function importCorpus(request: ImportRequest): Promise<ImportedCorpus> {
  const { folder, columns, signal } = request;
  await refuseUsed(folder);
  const reading = { columns, ...(signal === undefined ? {} : { signal }) };
  const sources = await importSources(request.from, {
    ...reading,
    format: request.format,
    split: request.split,
  });
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true }).catch(unwritable(folder));
  const partial = await mkdtemp(join(parent, `.${basename(folder)}-`)).catch(unwritable(folder));
  try {
    const vectors = new VectorWriter(join(partial, VECTORS_FOLDER));
    const sink = (role: VectorRole, prefix: string): VectorSink => ({
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
      folder: partial,
      name: request.name,
      collection: request.collection,
      allQueries: request.allQueries,
      sinks: {
        documents: sink('documents', `${request.collection}/`),
        queries: sink('queries', ''),
      },
      ...(request.onRows === undefined ? {} : { onRows: request.onRows }),
    });
    const files = [...sources.documents, ...sources.queries].map(({ path }) => basename(path));
    await vectors.end(`imported from ${[...new Set(files)].join(', ')}`);
    const truth = sources.truth;
    const lists =
      truth === null
        ? null
        : await readLists(
            truth,
            { queries: written.queryCount, documents: written.documentCount },
            reading,
          );
    if (lists !== null && truth !== null) {
      await mkdir(join(partial, TRUTH_FOLDER));
      await writeGivenTruth(join(partial, TRUTH_FOLDER), {
        lists,
        metric: request.metric ?? (await truth.importer.metric?.(truth.path, reading)) ?? null,
        source: basename(truth.path),
      });
    }
    await refuseUsed(folder);
    await rmdir(folder).catch(() => {});
    await chmod(partial, 0o755);
    await rename(partial, folder);
    return { ...written, truth: lists === null ? null : { count: lists.count, k: lists.k } };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (signal?.aborted === true) throw error;
    return unwritable(folder)(error);
  }
}

async function refuseUsed(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError('import-folder', `${folder}: cannot be used (${error.code})`, {
      hint: 'give the path of a folder that does not exist yet',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new UsageError('import-folder', `${folder}: is not empty`, {
    hint: 'give another folder with --out: nothing is overwritten',
    context: { folder },
  });
}

function unwritable(folder: string): (cause: unknown) => never {
  return (cause) => {
    const code = (cause as NodeJS.ErrnoException | null)?.code;
    const isSystem = cause instanceof Error && typeof code === 'string' && 'errno' in cause;
    if (cause instanceof BenchError || !isSystem) throw cause;
    throw new InfrastructureError('import-write', `${folder}: cannot be written (${code})`, {
      hint: 'check the rights and the free space there, or give another folder with --out',
      cause,
    });
  };
}
