import { z } from 'zod';
import { keysOf } from '../../corpus/document-key.ts';
import type { Corpus } from '../../corpus/types.ts';
import { InfrastructureError } from '../../errors.ts';
import { listedBlock } from '../../observe/list-documents.ts';
import type { ListingFinding } from '../../parity/findings.ts';
import { listingFinding, listingOfSide } from '../../parity/listing/listing.ts';
import { type StoredComparison, storedComparison } from '../../parity/listing/stored-vectors.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { Side, VectorTable } from '../../record/types.ts';

/** Name of the file that says how listings ended. */
export const LISTING_FILE = 'listing.json';

const sideSchema = z.object({
  state: z.enum(['complete', 'failed', 'unsupported']),
  detail: z.string().nullable(),
  blocks: z.int().nonnegative(),
});
const listingSchema = z.object({ incumbent: sideSchema, candidate: sideSchema });

/** The listings of both sides as they ended. */
export type RecordedListing = z.output<typeof listingSchema>;

/**
 * What the listings of a run show; null where nothing was listed. Files are read one after the other; of vectors, one
 * side's are held whole where they are compared with the other's.
 */
export async function readListing(
  reader: RunReader,
  corpus: Pick<Corpus, 'collections'>,
  embeddings: Readonly<Record<Side, VectorTable>>,
): Promise<ListingFinding | null> {
  if (!reader.has(LISTING_FILE)) return null;
  const ended = listingSchema.parse(await reader.json(LISTING_FILE));
  const keys = keysOf(corpus.collections);
  const rowOf = new Map<string, number>(keys.map((key, row) => [key, row]));
  const stored = await storedTable(reader, 'incumbent', ended);
  const between: StoredComparison | null = stored === null ? null : storedComparison(stored);
  const sides = {
    incumbent: listingOfSide(ended.incumbent, rowOf, embeddings.incumbent),
    candidate: listingOfSide(ended.candidate, rowOf, embeddings.candidate),
  };
  for (const side of ['incumbent', 'candidate'] as const) {
    for await (const rows of blocksOf(reader, side, ended)) {
      sides[side].add(rows);
      if (side === 'candidate' && rows.dimension > 0) between?.add(rows);
    }
  }
  return listingFinding(keys, sides, between);
}

/**
 * The vectors that a side stores, as it listed them; ids are `collection/id`. Null where it did not list all of them
 * with vectors of one dimension.
 */
export async function readStoredVectors(
  reader: RunReader,
  side: Side,
): Promise<VectorTable | null> {
  if (!reader.has(LISTING_FILE)) return null;
  return await storedTable(reader, side, listingSchema.parse(await reader.json(LISTING_FILE)));
}

/**
 * The same of the incumbent, for a truth that is made from them.
 * @throws InfrastructureError where it did not list all of them.
 */
export async function requireStoredVectors(reader: RunReader): Promise<VectorTable> {
  const table = await readStoredVectors(reader, 'incumbent');
  if (table !== null) return table;
  throw new InfrastructureError(
    'truth-stored',
    `${reader.folder}: no whole listing of the incumbent's vectors`,
    { hint: "leave out truth: 'stored', or see in the run's listing.json why the listing ended" },
  );
}

async function storedTable(
  reader: RunReader,
  side: Side,
  ended: RecordedListing,
): Promise<VectorTable | null> {
  if (ended[side].state !== 'complete') return null;
  const blocks: VectorTable[] = [];
  for await (const rows of blocksOf(reader, side, ended)) blocks.push(rows);
  const dimension = blocks[0]?.dimension ?? 0;
  if (dimension === 0 || blocks.some((block) => block.dimension !== dimension)) return null;
  const values = new Float32Array(blocks.reduce((sum, block) => sum + block.values.length, 0));
  let at = 0;
  for (const block of blocks) {
    values.set(block.values, at);
    at += block.values.length;
  }
  return { ids: blocks.flatMap(({ ids }) => [...ids]), dimension, values };
}

async function* blocksOf(
  reader: RunReader,
  side: Side,
  ended: RecordedListing,
): AsyncGenerator<VectorTable> {
  for (let block = 0; block < ended[side].blocks; block++) {
    yield await reader.vectors(listedBlock(side, block));
  }
}
