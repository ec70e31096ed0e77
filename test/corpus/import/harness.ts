import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCorpus } from '../../../src/corpus/load.ts';
import type { Corpus } from '../../../src/corpus/types.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { openStoredVectors, readWholeTable } from '../../../src/record/vectors/stored-vectors.ts';
import { type GivenTruth, readGivenTruth } from '../../../src/truth/corpus/given-truth.ts';
import {
  type ImportedCorpus,
  type ImportRequest,
  importCorpus,
} from '../../../src/truth/corpus/import-corpus.ts';

/** What an import made, read back. */
export interface ReadBack {
  readonly made: ImportedCorpus;
  readonly corpus: Corpus;
  readonly vectors: {
    readonly source: string;
    readonly documents: VectorTable;
    readonly queries: VectorTable;
    /** Hashes that the index promises and those that were found, a file each. */
    readonly hashes: readonly { name: string; expected: string; actual: string }[];
  } | null;
  readonly truth: GivenTruth | null;
}

/** No column is named. */
export const NO_COLUMNS = { documents: {}, queries: {}, judgments: {}, truth: {} } as const;

/** A folder that goes away by `await using`. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'import-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes files into a folder and imports them (all of them, or what `from` names) into another. */
export async function importFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  options: Partial<ImportRequest> = {},
): Promise<ImportedCorpus> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return await importCorpus({
    from: Object.keys(files).map((name) => join(folder, name)),
    format: null,
    folder: join(folder, 'out'),
    name: 'imported',
    collection: 'documents',
    columns: NO_COLUMNS,
    split: 'test',
    allQueries: false,
    metric: null,
    excludeSelf: false,
    ...options,
  });
}

/** The same, and reads everything back. */
export async function importAndRead(
  files: Readonly<Record<string, Uint8Array | string>>,
  options: Partial<ImportRequest> = {},
): Promise<ReadBack> {
  await using folder = await temporaryFolder();
  const made = await importFiles(folder.path, files, options);
  const out = join(folder.path, 'out');
  return {
    made,
    corpus: await loadCorpus(out),
    vectors: await readVectors(join(out, 'vectors')),
    truth: await readGivenTruth(join(out, 'truth'), {
      queries: made.queryCount,
      documents: made.documentCount,
    }),
  };
}

async function readVectors(folder: string): Promise<ReadBack['vectors']> {
  const stored = await openStoredVectors(folder);
  if (stored === null) return null;
  const { source, documents, queries } = stored;
  const hashes = await Promise.all(
    [...documents.blocks, ...queries.blocks].map(async (block) => ({
      name: block.name,
      expected: block.sha256,
      actual: (await block.readHashed()).sha256,
    })),
  );
  return {
    source,
    documents: await readWholeTable(documents),
    queries: await readWholeTable(queries),
    hashes,
  };
}
