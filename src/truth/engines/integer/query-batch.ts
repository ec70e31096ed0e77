import type { WasmMemory } from '../../wasm/memory.ts';
import { kLargest } from '../k-largest.ts';
import type { ShardAsk } from '../pool/shard.ts';
import { type BestRows, bestRows } from './best-rows.ts';
import { cosineAtLeast, refineFloor, scanLimits } from './bound.ts';
import type { Layout } from './layout.ts';
import type { IntegerProduct } from './product/product.ts';
import { type QuantisedRow, quantiseRow } from './quantise.ts';
import { raiseShared } from './shared-floors.ts';
import { storeValues } from './stored-rows.ts';

/** A batch of queries in a shard's memory, ready for the scan. */
export interface QueryBatch {
  /** Queries, filled up to a multiple of four by queries that find nothing. */
  readonly columns: number;
  readonly best: readonly BestRows[];
  readonly squares: Float64Array;
  /** Raises the floors to what is known of each k-th score, here and in other shards. */
  readonly raiseFloors: () => void;
  /**
   * Sets first floors from lower bounds alone, given the best one of each group of rows: the k-th largest
   * of them is not above the k-th exact score. Without it every row of the first block would be scored
   * exactly.
   *
   * @param peaks a row of `columns` bounds a group, as the kernel of that name leaves them
   */
  readonly setFirstFloors: (peaks: Float32Array) => void;
}

/** Writes a batch of queries and its limits to a shard's memory. */
export function loadBatch(
  memory: WasmMemory,
  batch: {
    readonly layout: Layout;
    readonly product: IntegerProduct;
    readonly dimension: number;
    readonly ask: ShardAsk;
    readonly queries: readonly number[];
    readonly share: number;
  },
): QueryBatch {
  const { layout, product, dimension, ask, queries, share } = batch;
  const { buffer } = memory;
  const { kPrime } = ask;
  const columns = Math.ceil(queries.length / 4) * 4;
  const floors = new Float32Array(buffer, layout.floors, columns).fill(Number.POSITIVE_INFINITY);
  const slopes = new Float32Array(buffer, layout.slopes, columns).fill(0);
  const valueFloors = new Float32Array(buffer, layout.valueFloors, columns);
  const centres = new Int32Array(buffer, layout.centres, columns).fill(0);
  const codes = new Int16Array(dimension);
  const forms: QuantisedRow[] = [];
  const known = new Float64Array(queries.length).fill(Number.NEGATIVE_INFINITY);
  const best = queries.map(() => bestRows(kPrime));
  const squares = Float64Array.from(queries, (query) => ask.querySquares[query] as number);
  queries.forEach((query, column) => {
    const own = ask.queries.subarray(query * dimension, (query + 1) * dimension);
    const square = squares[column] as number;
    forms.push(quantiseRow(product.quantisation, own, square, codes));
    centres[column] = product.storeQuery(memory, layout.queries, codes, column, columns);
    const at = layout.queryValues + column * layout.valueBytes;
    storeValues(memory, at, layout.valueBytes, own);
    setFloor(column, Number.NEGATIVE_INFINITY);
  });
  codes.fill(0);
  for (let column = queries.length; column < columns; column++) {
    product.storeQuery(memory, layout.queries, codes, column, columns);
  }

  function setFloor(column: number, threshold: number): void {
    const { scale, residual } = forms[column] as QuantisedRow;
    const limits = scanLimits(threshold, scale, residual, dimension, share);
    floors[column] = limits.floor;
    slopes[column] = limits.slope;
    const square = squares[column] as number;
    valueFloors[column] = refineFloor(threshold, square, dimension, share);
  }

  /** Tells the other shards of a lower bound of a query's k-th score, and takes the best that any knows. */
  function raise(column: number, own: number): void {
    const threshold = Math.max(own, raiseShared(ask.floors, queries[column] as number, own));
    if (threshold <= (known[column] as number)) return;
    known[column] = threshold;
    setFloor(column, threshold);
  }

  return {
    columns,
    best,
    squares,
    raiseFloors: () => {
      best.forEach((rows, column) => {
        raise(column, rows.threshold());
      });
    },
    setFirstFloors: (peaks) => {
      forms.forEach(({ scale, residual }, column) => {
        const { offer, kth } = kLargest(kPrime);
        for (let at = column; at < peaks.length; at += columns) offer(peaks[at] as number);
        raise(column, cosineAtLeast(kth(), scale, residual, dimension, share));
      });
    },
  };
}
