import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hnswSession } from '../../src/wire/hnsw/session.ts';
import { readIndex } from '../../src/wire/hnsw/stored-index.ts';

const COUNT = 50;
const DIMENSION = 8;
const M = 4;
const HEADER_BYTES = 96;
const VECTOR_AT = 8 * M + 4;
const LABEL_AT = VECTOR_AT + 4 * DIMENSION;
const ELEMENT_BYTES = LABEL_AT + 8;

/** An index file with what lies beside it, of which something is changed. */
async function changedIndex(
  file: string,
  change: (bytes: Buffer, beside: Record<string, unknown[]> & { dimension: number }) => unknown,
): Promise<void> {
  const session = hnswSession({ file, distance: 'cosine', m: M, efConstruction: 20, effort: 10 });
  const documents = Array.from({ length: COUNT }, (_, i) => ({
    id: `d${i}`,
    text: '',
    metadata: { i },
    vector: Float32Array.from({ length: DIMENSION }, (__, j) => Math.sin(i * DIMENSION + j)),
  }));
  const request = { collection: 'c', documents, isLast: true };
  await session.ingest?.(request, AbortSignal.timeout(10_000));
  const bytes = await readFile(file);
  const beside = JSON.parse(await readFile(`${file}.json`, 'utf8'));
  await writeFile(file, kept(change(bytes, beside), bytes));
  await writeFile(`${file}.json`, JSON.stringify(beside));
}

/** What a change gave, where it gave bytes. */
function kept(given: unknown, bytes: Buffer): Buffer {
  return Buffer.isBuffer(given) ? given : bytes;
}

async function inFolder<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hnsw-'));
  try {
    return await use(join(folder, 'index.hnsw'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const element = (number: number): number => HEADER_BYTES + number * ELEMENT_BYTES;

test('a sound index file is read', async () => {
  const index = await inFolder(async (file) => {
    await changedIndex(file, () => {});
    return await readIndex(file);
  });
  expect(index?.graph.getCurrentCount()).toBe(COUNT);
});

// The library takes each of these for an index, and most of them end the process at the first search.
test.each<[string, Parameters<typeof changedIndex>[1], RegExp]>([
  ['links beyond its documents', (b) => b.writeUInt32LE(4e9, element(3) + 4), /linked to what/],
  ['more links than fit', (b) => b.writeUInt16LE(60_000, element(3)), /linked to what/],
  ['a start that is not there', (b) => b.writeUInt32LE(1e8, 52), /begins at a document/],
  ['levels that are not there', (b) => b.writeInt32LE(30_000, 48), /begins at a document/],
  ['a label twice', (b) => b.writeBigUInt64LE(9n, element(3) + LABEL_AT), /label 9 is not one/],
  ['a label without an id', (b) => b.writeBigUInt64LE(999n, element(3) + LABEL_AT), /label 999/],
  ['room for 2^62', (b) => b.writeBigUInt64LE(1n << 62n, 8), /header contradicts/],
  ['vectors elsewhere', (b) => b.writeBigUInt64LE(1n << 40n, 40), /dimensions, and/],
  ['a number that is none', (b) => b.writeFloatLE(Number.NaN, element(3) + VECTOR_AT), /finite/],
  ['vectors as they came', (b) => b.writeFloatLE(3, element(3) + VECTOR_AT), /normalised/],
  ['its end cut off', (b) => b.subarray(0, -3), /cut short/],
  ['bytes left over', (b) => Buffer.concat([b, Buffer.alloc(4)]), /4 bytes are left over/],
  [
    'another dimension beside it',
    (_, beside) => Object.assign(beside, { dimension: 4 }),
    /8 dimensions.* says 4/,
  ],
  ['an id twice', (_, beside) => (beside.ids as unknown[]).splice(4, 1, 'd3'), /id "d3" twice/],
  ['an id less', (_, beside) => beside.ids?.pop(), /49 ids, and metadata of 50/],
  ['metadata of some', (_, beside) => beside.metadata?.pop(), /50 ids, and metadata of 49/],
])('an index file with %s is refused before the library reads it', async (_, change, message) => {
  await inFolder(async (file) => {
    await changedIndex(file, change);
    await expect(readIndex(file)).rejects.toThrow(message);
  });
});
