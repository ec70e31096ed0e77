import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { z } from 'zod';
import { MOST_DEPTH, nestsTooDeep } from '../../corpus/files/nesting.ts';
import { repeatedKey } from '../../corpus/files/repeated-key.ts';
import type { Metadata } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { lockOf, withFileLock } from '../../disk/file-lock.ts';
import { removeAbandoned } from '../../disk/partial.ts';
import { putInPlace } from '../../disk/put-in-place.ts';
import { expectRegular, readRegular } from '../../disk/read-regular.ts';
import { InfrastructureError } from '../../errors.ts';
import { createGraph, type Graph } from '../../hnswlib/hnswlib.ts';
import { firstIssue } from '../../schema-error.ts';
import { checkIndexFile } from './index-file.ts';

/** The distances of hnswlib, and what it calls them. */
export const SPACES = { cosine: 'cosine', dot: 'ip', euclidean: 'l2' } as const;

/** How an index is made. */
export interface HnswParameters {
  readonly distance: keyof typeof SPACES;
  readonly m: number;
  readonly efConstruction: number;
}

/** What lies beside an index file, since hnswlib keeps numbers alone: an id and metadata a label. */
const sidecarSchema = z.strictObject({
  distance: z.enum(['cosine', 'dot', 'euclidean']),
  dimension: z.int().positive(),
  m: z.int().positive(),
  efConstruction: z.int().positive(),
  ids: z.array(z.string()),
  metadata: z.array(z.record(z.string(), z.unknown())),
});

/** A graph with the documents of its labels. */
export interface StoredIndex extends HnswParameters {
  readonly dimension: number;
  readonly graph: Graph;
  /** By label. */
  readonly ids: string[];
  readonly metadata: Metadata[];
  readonly labelOf: Map<string, number>;
  /** All vectors by label, since an exact search asked for them; null where none did, or a document came after it. */
  rows: Float32Array | null;
  /** sha256 of what lay beside the file when it was read or written; null where nothing did. */
  onDisk: string | null;
}

/** A graph without documents. */
export function emptyIndex(parameters: HnswParameters, dimension: number): StoredIndex {
  const graph = createGraph(SPACES[parameters.distance], dimension);
  graph.initIndex(1024, parameters.m, parameters.efConstruction, 100);
  const documents = { ids: [], metadata: [], labelOf: new Map(), rows: null };
  return { ...parameters, dimension, graph, ...documents, onDisk: null };
}

/**
 * Reads an index file and what lies beside it; null where there is none.
 * @throws Error where they are damaged, or do not belong together
 */
export async function readIndex(file: string): Promise<StoredIndex | null> {
  const bytes = await sidecarBytes(file);
  if (bytes === null) return null;
  try {
    await expectRegular(file);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
  const sidecar = sidecarIn(bytes.toString('utf8'), sidecarOf(file));
  const { distance, dimension, m, ids } = sidecar;
  const labelOf = new Map(ids.map((id, label) => [id, label]));
  if (labelOf.size < ids.length) {
    const twice = ids.find((id, label) => labelOf.get(id) !== label);
    throw new Error(`${file}.json has the id ${JSON.stringify(twice)} twice`);
  }
  const isCosine = distance === 'cosine';
  await checkIndexFile(file, { count: ids.length, dimension, m, isCosine });
  const graph = createGraph(SPACES[distance], dimension);
  graph.readIndexSync(file);
  const metadata = sidecar.metadata as Metadata[];
  return { ...sidecar, metadata, graph, labelOf, rows: null, onDisk: digestOf(bytes) };
}

/** What lies beside a file; null where nothing does. */
async function sidecarBytes(file: string): Promise<Buffer | null> {
  try {
    return await readRegular(sidecarOf(file));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sidecarOf(file: string): string {
  return `${file}.json`;
}

function sidecarIn(text: string, file: string): z.infer<typeof sidecarSchema> {
  if (nestsTooDeep(text)) throw new Error(`${file} is nested deeper than ${MOST_DEPTH}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no JSON`, { cause });
  }
  const twice = repeatedKey(text, value);
  if (twice !== null) throw new Error(`${file}: the key ${JSON.stringify(twice)} stands twice`);
  const { error, data } = sidecarSchema.safeParse(value);
  if (error !== undefined) throw new Error(`${file}: ${firstIssue(error, 'it')}`);
  const [ids, metadata] = [data.ids.length, data.metadata.length];
  if (ids === metadata) return data;
  throw new Error(`${file} has ${counted(ids, 'id')}, and metadata of ${metadata}`);
}

/**
 * Writes an index file and what lies beside it, each whole or not at all, the second last. What another process has
 * written since this one read it stays.
 * @throws InfrastructureError for such a file, and where the disk refuses
 */
export async function writeIndex(file: string, index: StoredIndex): Promise<void> {
  const { distance, dimension, m, efConstruction, ids, metadata } = index;
  const sidecar = { distance, dimension, m, efConstruction, ids, metadata };
  const bytes = Buffer.from(`${JSON.stringify(sidecar)}\n`);
  try {
    await removeAbandoned(dirname(file));
    await withFileLock(await lockOf(file), async () => {
      await requireUnchanged(file, index);
      await putInPlace(file, async (partial) => {
        index.graph.writeIndexSync(partial);
        await requireWhole(partial, index);
      });
      await putInPlace(sidecarOf(file), (partial) => writeFile(partial, bytes, { flush: true }));
    });
    index.onDisk = digestOf(bytes);
  } catch (cause) {
    throw diskError('hnsw-write', file, 'written', cause);
  }
}

async function requireUnchanged(file: string, { onDisk }: StoredIndex): Promise<void> {
  const bytes = await sidecarBytes(file);
  if ((bytes === null ? null : digestOf(bytes)) === onDisk) return;
  throw new InfrastructureError(
    'hnsw-meanwhile',
    `${file}: another process wrote to it meanwhile`,
    {
      hint: 'what it wrote is kept: ingest again once it is done',
      context: { file },
    },
  );
}

/** The library writes on after a disk is full, and says nothing: the rows alone take so many bytes. */
async function requireWhole(file: string, { ids, m, dimension }: StoredIndex): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
    const { size } = await handle.stat();
    if (size >= ids.length * (8 * m + 4 * dimension + 16)) return;
    throw new Error(`only ${size} bytes were written: the disk may be full`);
  } finally {
    await handle.close();
  }
}

/** Version of the library. */
export function hnswlibVersion(): string {
  const manifest = createRequire(import.meta.url)('hnswlib-node/package.json') as {
    readonly version: string;
  };
  return `hnswlib-node ${manifest.version}`;
}
