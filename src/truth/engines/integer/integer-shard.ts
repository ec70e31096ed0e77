import { cosineOf } from '../../cosine.ts';
import { type Kernels, kernelsOn } from '../../wasm/kernels.ts';
import { createMemory, type WasmMemory } from '../../wasm/memory.ts';
import { bruteForce } from '../brute-force.ts';
import type { EngineTuning } from '../pool/protocol.ts';
import type { OpenShard, RowList, ShardAsk, ShardSource } from '../pool/shard.ts';
import { rowsOf } from '../prepare.ts';
import type { BestRows } from './best-rows.ts';
import { refineNorm } from './bound.ts';
import { type Layout, layoutShard } from './layout.ts';
import type { IntegerProduct, Multiply } from './product.ts';
import { type QuantisedRow, quantiseRow } from './quantise.ts';
import { loadBatch, type QueryBatch, storeValues } from './query-batch.ts';

/** 255 · 127 · d must stay below 2³¹. */
const MAX_DIMENSION = 65_536;

/** A block of stored rows: where its integers, scales and residuals lie. */
interface Block {
  readonly rowCount: number;
  readonly rows: number;
  readonly scales: number;
  readonly residuals: number;
  /** Row number of the shard by place in the block. */
  readonly rowOf: (place: number) => number;
}

/**
 * Quantises a shard into a memory of its own, and searches it: integer products of a block, a scan that
 * keeps every row the bound cannot exclude, and at once the exact score of those.
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
): OpenShard {
  const { dimension, values, squares } = source;
  if (dimension > MAX_DIMENSION) {
    throw new RangeError(`${dimension} dimensions are more than ${MAX_DIMENSION}`);
  }
  const stored = rowsOf(null, squares);
  const layout = layoutShard(product, dimension, stored.length, tuning);
  const memory = createMemory(layout.sizeBytes);
  const kernels = kernelsOn(memory);
  const multiply = product.bind(memory);
  quantiseRows(source, stored, memory, layout, product);
  const shard: Shard = { source, stored, layout, memory, kernels, multiply };

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
        const places = placesOf(stored, bitmap);
        if (places.length * queries.length * dimension <= tuning.smallWork) {
          const rows = places.map((place) => stored[place] as number);
          bruteForce(pairs, rows, queries, ask.kPrime, lists);
          continue;
        }
        for (let from = 0; from < queries.length; from += tuning.queriesPerBlock) {
          const some = queries.slice(from, from + tuning.queriesPerBlock);
          const { boundShare } = tuning;
          const batch = loadBatch(memory, layout, product, dimension, ask, some, boundShare);
          await searchBatch(shard, batch, places, ask, tuning.rowsPerBlock, (share) =>
            onProgress((lists.size + share * some.length) / total),
          );
          some.forEach((query, column) => {
            lists.set(query, (batch.best[column] as BestRows).list());
          });
        }
      }
      return { lists, widened: [] };
    },
  };
}

interface Shard {
  readonly source: ShardSource;
  /** Row numbers of the stored rows: those that are not zero. */
  readonly stored: Uint32Array;
  readonly layout: Layout;
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  readonly multiply: Multiply;
}

function quantiseRows(
  { dimension, values, squares }: ShardSource,
  stored: Uint32Array,
  memory: WasmMemory,
  layout: Layout,
  product: IntegerProduct,
): void {
  const codes = new Int16Array(dimension);
  const scales = new Float32Array(memory.buffer, layout.scales, stored.length);
  const residuals = new Float32Array(memory.buffer, layout.residuals, stored.length);
  for (let place = 0; place < stored.length; place++) {
    const row = stored[place] as number;
    const square = squares[row] as number;
    const form: QuantisedRow = quantiseRow(
      product.quantisation,
      values,
      row * dimension,
      dimension,
      square,
      codes,
    );
    product.storeRow(memory, layout.rows + place * layout.rowBytes, codes);
    scales[place] = form.scale;
    residuals[place] = form.residual;
  }
}

/** Places among the stored rows that a bitmap over the shard's rows allows. */
function placesOf(stored: Uint32Array, bitmap: Uint8Array | null): Uint32Array {
  const places = Uint32Array.from(stored.keys());
  return bitmap === null ? places : places.filter((place) => bitmap[stored[place] as number]);
}

async function searchBatch(
  shard: Shard,
  batch: QueryBatch,
  places: Uint32Array,
  ask: ShardAsk,
  rowsPerBlock: number,
  onProgress: (share: number) => void,
): Promise<void> {
  const { layout, kernels } = shard;
  const { columns } = batch;
  for (let from = 0; from < places.length; from += rowsPerBlock) {
    const block = blockOf(shard, places.subarray(from, from + rowsPerBlock));
    const { rowCount, rows, scales, residuals } = block;
    const { dimension } = shard.source;
    const { queries, products } = layout;
    await shard.multiply({ rows, rowCount, queries, columns, dimension, products });
    if (from === 0 && rowCount > ask.kPrime) batch.estimateFloors(rowCount, scales, residuals);
    const end = kernels.scan(
      products,
      rowCount,
      columns * 4,
      scales,
      residuals,
      layout.floors,
      layout.slopes,
      layout.centres,
      layout.hits,
    );
    scoreHits(shard, batch, block, (end - layout.hits) / 4);
    batch.raiseFloors();
    onProgress(Math.min(1, (from + rowsPerBlock) / places.length));
  }
}

/** A block in place where its rows lie side by side, and else gathered. */
function blockOf({ stored, layout, memory }: Shard, places: Uint32Array): Block {
  const rowCount = places.length;
  const first = places[0] as number;
  const rowOf = (place: number) => stored[places[place] as number] as number;
  if ((places[rowCount - 1] as number) - first === rowCount - 1) {
    return {
      rowCount,
      rows: layout.rows + first * layout.rowBytes,
      scales: layout.scales + first * 4,
      residuals: layout.residuals + first * 4,
      rowOf,
    };
  }
  const bytes = new Uint8Array(memory.buffer);
  const copy = (to: number, from: number, size: number) => bytes.copyWithin(to, from, from + size);
  places.forEach((place, i) => {
    const { rowBytes } = layout;
    copy(layout.blockRows + i * rowBytes, layout.rows + place * rowBytes, rowBytes);
    copy(layout.blockScales + i * 4, layout.scales + place * 4, 4);
    copy(layout.blockResiduals + i * 4, layout.residuals + place * 4, 4);
  });
  return {
    rowCount,
    rows: layout.blockRows,
    scales: layout.blockScales,
    residuals: layout.blockResiduals,
    rowOf,
  };
}

/** Brings the float32 values and norms of the rows that were hit into the shard's memory. */
function loadValues({ source, layout, memory }: Shard, block: Block, hits: Uint32Array): void {
  const { dimension, values, squares } = source;
  const { valueBytes, rowValues } = layout;
  const norms = new Float32Array(memory.buffer, layout.rowNorms, block.rowCount);
  for (let place = 0; place < block.rowCount; place++) {
    norms[place] = refineNorm(squares[block.rowOf(place)] as number);
  }
  const from = block.rowOf(0);
  const sideBySide = block.rowOf(block.rowCount - 1) - from === block.rowCount - 1;
  // Each copy out of shared memory costs as much as copying three rows: many are taken in one.
  if (hits.length * 2 >= block.rowCount && sideBySide && valueBytes === dimension * 4) {
    const all = values.subarray(from * dimension, (from + block.rowCount) * dimension);
    new Float32Array(memory.buffer, rowValues, all.length).set(all);
    return;
  }
  let last = -1;
  for (let i = 0; i < hits.length; i++) {
    const place = (hits[i] as number) >>> 16;
    if (place === last) continue;
    last = place;
    const into = new Float32Array(memory.buffer, rowValues + place * valueBytes, valueBytes / 4);
    storeValues(into, values, block.rowOf(place) * dimension, dimension);
  }
}

/**
 * Drops the hits that float32 products of the rows themselves exclude, scores the others exactly and
 * offers them to their queries.
 */
function scoreHits(shard: Shard, batch: QueryBatch, block: Block, scanned: number): void {
  if (scanned === 0) return;
  const { layout, memory, kernels, source } = shard;
  const { squares } = source;
  const { buffer } = memory;
  const hits = new Uint32Array(buffer, layout.hits, scanned + 1);
  loadValues(shard, block, hits.subarray(0, scanned));
  const end = kernels.refine(
    layout.rowValues,
    layout.queryValues,
    layout.valueBytes,
    layout.rowNorms,
    layout.valueFloors,
    layout.hits,
    layout.hits + scanned * 4,
  );
  const count = (end - layout.hits) / 4;
  if (count === 0) return;
  // The kernel takes hits two at a time: an odd last one is done twice.
  hits[count] = hits[count - 1] as number;
  const even = count + (count % 2);
  kernels.dots(
    layout.rowValues,
    layout.queryValues,
    layout.valueBytes,
    layout.hits,
    layout.hits + even * 4,
    layout.exact,
  );
  const exact = new Float64Array(buffer, layout.exact, count);
  for (let i = 0; i < count; i++) {
    const hit = hits[i] as number;
    const column = hit & 0xffff;
    const row = block.rowOf(hit >>> 16);
    const score = cosineOf(
      exact[i] as number,
      squares[row] as number,
      batch.squares[column] as number,
    );
    (batch.best[column] as BestRows).offer(row, score);
  }
}
