import type { WasmMemory } from '../../wasm/memory.ts';
import type { ShardSource } from '../pool/shard.ts';
import { refineNorm } from './bound.ts';
import type { Layout } from './layout.ts';
import type { IntegerProduct } from './product/product.ts';
import { quantiseRow } from './quantise.ts';

/** Rows that lie side by side in a shard's memory; byte addresses of what is known of them. */
export interface ShardBlock {
  readonly rowCount: number;
  readonly rows: number;
  readonly scales: number;
  readonly residuals: number;
  /** Norms to refine by, float32. */
  readonly norms: number;
  /** float32 values, where they lie in this memory. */
  readonly values: number | null;
  /** Row numbers of the shard. */
  readonly rowNumbers: Uint32Array;
}

/** The rows of a shard that are not zero, as integers in a memory of its own. */
export interface StoredRows {
  readonly layout: Layout;
  readonly memory: WasmMemory;
  readonly source: ShardSource;
  /** Row numbers of the shard. */
  readonly rowNumbers: Uint32Array;
}

/** Writes a shard's rows to its memory: integers, scales, residuals, norms, and values where there is room. */
export function storeRows(stored: StoredRows, product: IntegerProduct): void {
  const { source, rowNumbers, memory, layout } = stored;
  const { dimension, values, squares } = source;
  const codes = new Int16Array(dimension);
  const column = (address: number) => new Float32Array(memory.buffer, address, rowNumbers.length);
  const scales = column(layout.scales);
  const residuals = column(layout.residuals);
  const norms = column(layout.norms);
  for (let place = 0; place < rowNumbers.length; place++) {
    const row = rowNumbers[place] as number;
    const square = squares[row] as number;
    const own = values.subarray(row * dimension, (row + 1) * dimension);
    const form = quantiseRow(product.quantisation, own, square, codes);
    product.storeRow(memory, layout.rows + place * layout.rowBytes, codes);
    scales[place] = form.scale;
    residuals[place] = form.residual;
    norms[place] = refineNorm(square);
    if (layout.values !== null) {
      const at = layout.values + place * layout.valueBytes;
      storeValues(memory, at, layout.valueBytes, own);
    }
  }
}

/** Copies a row of float32 values to an address and fills it up with zeros. */
export function storeValues(
  memory: WasmMemory,
  address: number,
  valueBytes: number,
  row: Float32Array,
): void {
  const into = new Float32Array(memory.buffer, address, valueBytes / 4);
  // Out of shared memory, `set` is slower than a loop.
  for (let t = 0; t < row.length; t++) into[t] = row[t] as number;
  if (into.length > row.length) into.fill(0, row.length);
}

/** A block of stored rows: where they lie if that is side by side, and else gathered. */
export function blockOf(stored: StoredRows, places: Uint32Array): ShardBlock {
  const { layout, memory } = stored;
  const rowCount = places.length;
  const first = places[0] as number;
  if ((places[rowCount - 1] as number) - first === rowCount - 1) {
    const all = { ...layout, rowCount: stored.rowNumbers.length, rowNumbers: stored.rowNumbers };
    return partOf(layout, all, first, rowCount);
  }
  const bytes = new Uint8Array(memory.buffer);
  const copy = (to: number, from: number, size: number) => bytes.copyWithin(to, from, from + size);
  places.forEach((place, i) => {
    const { rowBytes } = layout;
    copy(layout.blockRows + i * rowBytes, layout.rows + place * rowBytes, rowBytes);
    copy(layout.blockScales + i * 4, layout.scales + place * 4, 4);
    copy(layout.blockResiduals + i * 4, layout.residuals + place * 4, 4);
    copy(layout.blockNorms + i * 4, layout.norms + place * 4, 4);
  });
  return {
    rowCount,
    rows: layout.blockRows,
    scales: layout.blockScales,
    residuals: layout.blockResiduals,
    norms: layout.blockNorms,
    values: null,
    rowNumbers: places.map((place) => stored.rowNumbers[place] as number),
  };
}

/** Some of a block's rows. */
export function partOf(
  layout: Layout,
  block: ShardBlock,
  from: number,
  rowCount: number,
): ShardBlock {
  return {
    rowCount,
    rows: block.rows + from * layout.rowBytes,
    scales: block.scales + from * 4,
    residuals: block.residuals + from * 4,
    norms: block.norms + from * 4,
    values: block.values === null ? null : block.values + from * layout.valueBytes,
    rowNumbers: block.rowNumbers.subarray(from, from + rowCount),
  };
}

/**
 * Sees to it that the float32 values of the rows that were hit lie in the shard's memory.
 *
 * @param hits words `row · 65536 + query`, rising
 * @returns where the block's first row lies, or would
 */
export function valuesOf(stored: StoredRows, block: ShardBlock, hits: Uint32Array): number {
  if (block.values !== null) return block.values;
  const { source, layout, memory } = stored;
  const { dimension, values } = source;
  let last = -1;
  for (let i = 0; i < hits.length; i++) {
    const place = (hits[i] as number) >>> 16;
    if (place === last) continue;
    last = place;
    const from = (block.rowNumbers[place] as number) * dimension;
    const at = layout.rowValues + place * layout.valueBytes;
    storeValues(memory, at, layout.valueBytes, values.subarray(from, from + dimension));
  }
  return layout.rowValues;
}
