import { cosineOf } from '../../cosine.ts';
import type { Kernels, ProductWalk } from '../../wasm/kernels.ts';
import { bruteForce } from '../brute-force.ts';
import type { EngineTuning } from '../pool/protocol.ts';
import type { OpenShard, RowList, ShardSource } from '../pool/shard.ts';
import { placesOf, rowsOf } from '../prepare.ts';
import type { ReusableBuffer } from '../reusable-buffer.ts';
import type { BestRows } from './best-rows.ts';
import { type Layout, layoutShard, peakCount, rowsPerProduct } from './layout.ts';
import type { IntegerProduct, Multiply } from './product/product.ts';
import { loadBatch, type QueryBatch } from './query-batch.ts';
import type { ShardMemory } from './shard-memory.ts';
import {
  blockOf,
  partOf,
  type ShardBlock,
  type StoredRows,
  storeRows,
  valuesOf,
} from './stored-rows.ts';

/** 255 · 127 · d must stay below 2³¹. */
const MAX_DIMENSION = 65_536;

/**
 * Quantises a shard into a memory of its own, until it is closed, and searches it: integer products of a
 * block, and part by part a scan that keeps every row the bound cannot exclude, and at once the exact
 * score of those.
 *
 * Thresholds only rise, so a row that is dropped scores below the final k-th of all shards by more than
 * ε: the list is complete without a second pass.
 *
 * @throws RangeError where the memory cannot be had, or an integer product could leave 31 bits
 */
export function openIntegerShard(
  source: ShardSource,
  product: IntegerProduct,
  tuning: EngineTuning,
  memories: ReusableBuffer<ShardMemory>,
): OpenShard {
  const { dimension, values, squares } = source;
  if (dimension > MAX_DIMENSION) {
    throw new RangeError(`${dimension} dimensions are more than ${MAX_DIMENSION}`);
  }
  const rowNumbers = rowsOf(null, squares);
  const layout = layoutShard(product, dimension, rowNumbers.length, tuning);
  const own = memories.acquire(layout.sizeBytes);
  const { memory, kernels, multiply } = own;
  const stored: StoredRows = { source, rowNumbers, layout, memory };
  storeRows(stored, product);
  const shard: Shard = { stored, kernels, multiply };

  return {
    search: async (ask, onProgress) => {
      const lists = new Map<number, RowList>();
      const total = ask.groups.reduce((sum, { queries }) => sum + queries.length, 0);
      const pairs = {
        dimension,
        documents: values,
        queries: ask.queries,
        documentSquares: squares,
        querySquares: ask.querySquares,
      };
      for (const { bitmap, queries } of ask.groups) {
        const places = placesOf(rowNumbers, bitmap);
        if (places.length * queries.length * dimension <= tuning.smallWork) {
          const rows = places.map((place) => rowNumbers[place] as number);
          bruteForce(pairs, rows, queries, ask.kPrime, lists);
          continue;
        }
        for (let from = 0; from < queries.length; from += tuning.queriesPerBlock) {
          const some = queries.slice(from, from + tuning.queriesPerBlock);
          const batch = loadBatch(memory, {
            layout,
            product,
            dimension,
            ask,
            queries: some,
            share: tuning.boundShare,
          });
          await searchBatch(shard, batch, {
            places,
            kPrime: ask.kPrime,
            rowsPerBlock: tuning.rowsPerBlock,
            onProgress: (share) => onProgress((lists.size + share * some.length) / total),
          });
          some.forEach((query, column) => {
            lists.set(query, (batch.best[column] as BestRows).list());
          });
        }
      }
      return { lists, widened: [] };
    },
    close: () => memories.release(own),
  };
}

interface Shard {
  readonly stored: StoredRows;
  readonly kernels: Kernels;
  readonly multiply: Multiply;
}

async function searchBatch(
  shard: Shard,
  batch: QueryBatch,
  pass: {
    readonly places: Uint32Array;
    readonly kPrime: number;
    readonly rowsPerBlock: number;
    readonly onProgress: (share: number) => void;
  },
): Promise<void> {
  const { places, kPrime, rowsPerBlock, onProgress } = pass;
  const { layout, source } = shard.stored;
  const { columns } = batch;
  const step = rowsPerProduct(layout, columns, rowsPerBlock);
  for (let from = 0; from < places.length; from += step) {
    const block = blockOf(shard.stored, places.subarray(from, from + step));
    const { rows, rowCount } = block;
    const { dimension } = source;
    const { queries, products } = layout;
    await shard.multiply({ rows, rowCount, queries, columns, dimension, products });
    if (from === 0) batch.setFirstFloors(peaksOf(shard, block, columns, kPrime));
    // Floors rise from part to part, which spares the later ones work.
    for (let first = 0; first < rowCount; first += rowsPerBlock) {
      const part = partOf(layout, block, first, Math.min(rowsPerBlock, rowCount - first));
      scoreHits(shard, batch, part, scan(shard, part, products + first * columns * 4, columns));
      batch.raiseFloors();
    }
    onProgress(Math.min(1, (from + step) / places.length));
  }
}

/** The best lower bound for each query of each group of a block's rows. */
function peaksOf(
  { stored, kernels }: Shard,
  block: ShardBlock,
  columns: number,
  kPrime: number,
): Float32Array {
  const { layout, memory } = stored;
  const groups = peakCount(kPrime, block.rowCount);
  const peaks = new Float32Array(memory.buffer, layout.peaks, groups * columns);
  peaks.fill(Number.NEGATIVE_INFINITY);
  const walk = productWalk(layout, block, layout.products, columns);
  kernels.peaks(...walk, layout.peaks, layout.peaks + peaks.byteLength);
  return peaks;
}

/** Keeps the rows that the bound cannot exclude; returns how many pairs of row and query there are. */
function scan(
  { stored, kernels }: Shard,
  part: ShardBlock,
  products: number,
  columns: number,
): number {
  const { layout } = stored;
  const walk = productWalk(layout, part, products, columns);
  return (kernels.scan(...walk, layout.floors, layout.hits) - layout.hits) / 4;
}

function productWalk(
  { slopes, centres }: Layout,
  { rowCount, scales, residuals }: ShardBlock,
  products: number,
  columns: number,
): ProductWalk {
  const rowBytes = columns * 4;
  const end = products + rowCount * rowBytes;
  return [products, end, rowBytes, scales, residuals, slopes, centres];
}

/**
 * Drops the hits that float32 products of the rows themselves exclude, scores the others exactly and
 * offers them to their queries.
 */
function scoreHits(
  { stored, kernels }: Shard,
  batch: QueryBatch,
  part: ShardBlock,
  scanned: number,
): void {
  if (scanned === 0) return;
  const { layout, memory, source } = stored;
  const { valueBytes, queryValues } = layout;
  const hits = new Uint32Array(memory.buffer, layout.hits, scanned + 1);
  const values = valuesOf(stored, part, hits.subarray(0, scanned));
  const end = kernels.refine(
    values,
    queryValues,
    valueBytes,
    part.norms,
    layout.valueFloors,
    layout.hits,
    layout.hits + scanned * 4,
  );
  const count = (end - layout.hits) / 4;
  if (count === 0) return;
  // The kernel takes hits two at a time: an odd last one is done twice.
  hits[count] = hits[count - 1] as number;
  const pairsEnd = layout.hits + (count + (count % 2)) * 4;
  kernels.dots(values, queryValues, valueBytes, layout.hits, pairsEnd, layout.exact);
  const exact = new Float64Array(memory.buffer, layout.exact, count);
  for (let i = 0; i < count; i++) {
    const hit = hits[i] as number;
    const column = hit & 0xffff;
    const row = part.rowNumbers[hit >>> 16] as number;
    const xx = source.squares[row] as number;
    const score = cosineOf(exact[i] as number, xx, batch.squares[column] as number);
    (batch.best[column] as BestRows).offer(row, score);
  }
}
