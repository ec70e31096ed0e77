import { open, stat } from 'node:fs/promises';
import { counted } from '../../../counted.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { ReadFile } from '../sources/found.ts';
import type { ReadOptions } from '../types.ts';

/** Lists of nearest rows, `count × k`: what a file of ground truth holds. */
export interface NearestLists {
  readonly count: number;
  readonly k: number;
  /** Row numbers of documents from 0; −1 pads a short list. */
  readonly ids: Int32Array;
  readonly distances: Float32Array | null;
}

/** Distance of a place that no document fills; its row number is −1. */
export const NO_DISTANCE = 3.4028234663852886e38;

/** Most numbers of a ground truth that is read: 10,000 queries of 10,000 neighbours. */
const MAX_ENTRIES = 100_000_000;

/** What a ground truth must fit. */
export interface ExpectedLists {
  readonly queries: number;
  readonly documents: number;
}

/**
 * Reads ground truth of row numbers whole.
 * @throws UsageError for other than one list a query, and row numbers beyond the documents
 */
export async function readLists(
  { file, importer }: Pick<ReadFile, 'file' | 'importer'>,
  expected: ExpectedLists,
  options: ReadOptions,
): Promise<NearestLists> {
  const { path } = file;
  const { lists } = importer;
  if (lists === undefined) {
    throw importProblem(
      'role',
      path,
      `${importer.format} holds no ground truth`,
      'ground truth is read from .ibin, .ivecs, .npy, HDF5, Parquet, Arrow and JSONL',
    );
  }
  const ids: Int32Array[] = [];
  const distances: Float32Array[] = [];
  let k = 0;
  let count = 0;
  for await (const block of lists(file, options)) {
    k = block.k;
    count += block.count;
    checkEntries(path, count * k);
    checkRange(path, block, expected.documents);
    ids.push(block.ids);
    if (block.distances !== null) distances.push(block.distances);
  }
  if (count !== expected.queries) throw otherCount(path, count, expected.queries);
  return {
    count,
    k,
    ids: joined(Int32Array, ids, count * k),
    distances: distances.length === 0 ? null : joined(Float32Array, distances, count * k),
  };
}

/** @throws UsageError for more neighbours than are kept in memory */
export function checkEntries(path: string, entries: number): void {
  if (entries <= MAX_ENTRIES) return;
  throw importProblem('truth-size', path, 'holds too many neighbours', 'keep 100 a query');
}

/** The error for another number of lists than of queries. */
export function otherCount(path: string, count: number, queries: number): Error {
  return importProblem(
    'truth-count',
    path,
    `holds ${counted(count, 'list')} for ${counted(queries, 'query', 'queries')}`,
    'give the ground truth of these queries',
  );
}

/**
 * Writes lists as big-ann-benchmarks does: two 32-bit counts (n, k), n × k row numbers (int32), and n × k
 * distances (float32) where there are any; little-endian.
 */
export async function writeLists(path: string, lists: NearestLists): Promise<void> {
  const header = Uint32Array.of(lists.count, lists.k);
  await writeParts(path, [
    header,
    lists.ids,
    ...(lists.distances === null ? [] : [lists.distances]),
  ]);
}

/** Writes a table of float32 as big-ann-benchmarks does: two 32-bit counts, then the rows. */
export async function writeFloats(
  path: string,
  count: number,
  width: number,
  values: Float32Array,
): Promise<void> {
  await writeParts(path, [Uint32Array.of(count, width), values]);
}

async function writeParts(
  path: string,
  parts: readonly (Uint32Array | Int32Array | Float32Array)[],
): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const { buffer, byteOffset, byteLength } of parts) {
      await handle.appendFile(new Uint8Array(buffer, byteOffset, byteLength));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  const wanted = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const { size } = await stat(path);
  if (size !== wanted) throw unreadableImport(path, `${size} of ${wanted} bytes were written`);
}

function checkRange(
  path: string,
  { ids, k, firstRow }: { ids: Int32Array; k: number; firstRow: number },
  documents: number,
): void {
  const at = ids.findIndex((id) => id >= documents);
  if (at < 0) return;
  throw importProblem(
    'row-number',
    `${path}: row ${firstRow + Math.floor(at / k)}`,
    `names row ${ids[at]} of ${documents} documents`,
    'give the ground truth of these documents',
  );
}

function joined<Values extends Int32Array | Float32Array>(
  type: new (length: number) => Values,
  parts: readonly Values[],
  length: number,
): Values {
  const all = new type(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
