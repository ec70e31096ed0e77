import { basename, join } from 'node:path';
import { isErrno } from '../../disk/errno.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { UsageError } from '../../errors.ts';
import { firstIssue } from '../../schema-error.ts';
import { readAtOnce } from '../files/read-at-once.ts';
import { sha256Hex } from '../files/write-whole.ts';
import { vectorCodec } from '../tables/vector-table.ts';
import type { VectorTable } from '../types.ts';
import type { VectorBlock, VectorBlocks } from './vector-blocks.ts';
import {
  indexSchema,
  VECTORS_INDEX,
  type VectorIndex,
  type VectorPart,
  type VectorRole,
} from './vector-index.ts';

/** One file of vectors: a block of rows. */
export interface StoredBlock extends VectorBlock {
  /** Folder and name, for reports. */
  readonly name: string;
  /** sha256 that the index promises. */
  readonly sha256: string;
  /** The rows with the sha256 of the file they were read from. */
  readonly readHashed: () => Promise<{ readonly table: VectorTable; readonly sha256: string }>;
  /** The bytes of the file, as they are. */
  readonly readBytes: () => Promise<Uint8Array>;
}

/** A table of vectors in files. */
export interface StoredTable extends VectorBlocks {
  readonly blocks: readonly StoredBlock[];
}

/** Vectors of a corpus as they are stored; ids of documents are `collection/id`. */
export interface StoredVectors {
  readonly folder: string;
  /** What made the vectors. */
  readonly source: string;
  readonly documents: StoredTable;
  readonly queries: StoredTable;
}

/**
 * Opens the vectors of a folder; nothing but the index is read yet, and a block is one file.
 * @returns null where there is no index
 * @throws UsageError for an index that cannot be read, and from the blocks for a file that is missing or damaged
 */
export async function openStoredVectors(folder: string): Promise<StoredVectors | null> {
  const index = await readIndex(folder);
  if (index === null) return null;
  const table = (role: VectorRole): StoredTable => ({
    dimension: index.dimension,
    rowCount: index[role].reduce((sum, part) => sum + part.rows, 0),
    blocks: index[role].map((part) => storedBlock(folder, part, index.dimension)),
  });
  return {
    folder,
    source: index.source,
    documents: table('documents'),
    queries: table('queries'),
  };
}

/** All rows of a table in memory. @throws UsageError as its blocks do */
export async function readWholeTable({ dimension, blocks }: VectorBlocks): Promise<VectorTable> {
  const tables: VectorTable[] = [];
  for (const block of blocks) tables.push(await block.read());
  const [only] = tables;
  if (only !== undefined && tables.length === 1) return only;
  // Grown as files prove to be there, not by what the index claims.
  const values = new Float32Array(tables.reduce((sum, table) => sum + table.values.length, 0));
  const ids: string[] = [];
  for (const table of tables) {
    values.set(table.values, ids.length * dimension);
    for (const id of table.ids) ids.push(id);
  }
  return { ids, dimension, values };
}

function storedBlock(folder: string, part: VectorPart, dimension: number): StoredBlock {
  const path = join(folder, part.file);
  const readBytes = () =>
    readAtOnce(path).catch((cause: unknown) => {
      throw damaged(path, cause instanceof Error ? cause.message : String(cause));
    });
  const load = async () => {
    const bytes = await readBytes();
    return { bytes, table: decoded(path, bytes, part.rows, dimension) };
  };
  return {
    name: `${basename(folder)}/${part.file}`,
    rowCount: part.rows,
    sha256: part.sha256,
    readBytes,
    read: async () => (await load()).table,
    readHashed: async () => {
      const { bytes, table } = await load();
      return { table, sha256: sha256Hex(bytes) };
    },
  };
}

async function readIndex(folder: string): Promise<VectorIndex | null> {
  const path = join(folder, VECTORS_INDEX);
  let text: string;
  try {
    text = (await readRegular(path)).toString('utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw damaged(path, String(error));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, 'malformed JSON');
  }
  const parsed = indexSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(path, firstIssue(parsed.error, 'index'));
}

function decoded(path: string, bytes: Uint8Array, rows: number, dimension: number): VectorTable {
  let table: VectorTable;
  try {
    table = vectorCodec.decode(bytes, rows);
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '');
  }
  if (table.dimension === dimension) return table;
  throw damaged(path, `${table.dimension} dimensions, the index says ${dimension}`);
}

function damaged(path: string, what: string): UsageError {
  return new UsageError('stored-vectors', `${path}: ${what}`, {
    hint: 'import the corpus again, or embed it again with bench truth --encoder',
    context: { file: path },
  });
}
