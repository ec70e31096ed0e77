import { VALUE_STEP_BYTES } from '../../wasm/refine-kernel.ts';
import type { EngineTuning } from '../pool/protocol.ts';
import type { IntegerProduct } from './product/product.ts';

/** Byte addresses of everything in a shard's memory. */
export interface Layout {
  /** Integers of all rows, their scales, residuals and norms to refine by. */
  readonly rows: number;
  readonly scales: number;
  readonly residuals: number;
  readonly norms: number;
  /** float32 values of all rows, where they are few enough to be kept. */
  readonly values: number | null;
  /** Integers, scales, residuals and norms of a block whose rows do not lie side by side. */
  readonly blockRows: number;
  readonly blockScales: number;
  readonly blockResiduals: number;
  readonly blockNorms: number;
  /** Integers of a batch of queries, and what the scan needs of each. */
  readonly queries: number;
  readonly floors: number;
  readonly slopes: number;
  readonly centres: number;
  /** The best lower bound for each query of each group of a block's rows. */
  readonly peaks: number;
  /** Products of a block; hits among those of a part of it, and the exact products of the hits. */
  readonly products: number;
  readonly hits: number;
  readonly exact: number;
  /** float32 values of the batch's queries and, where they are not kept, of the hits; floors to refine by. */
  readonly queryValues: number;
  readonly rowValues: number;
  readonly valueFloors: number;
  readonly sizeBytes: number;
  /** Bytes of a row of float32 values, filled up to a multiple of `VALUE_STEP_BYTES`. */
  readonly valueBytes: number;
  readonly rowBytes: number;
  /** Queries in a full batch, filled up to a multiple of four. */
  readonly columns: number;
}

/** Parts of `rowsPerBlock` rows that are multiplied in one go where there are few queries. */
const MOST_PARTS = 4;

/**
 * Rows to multiply at once with so many columns: fewer and larger products cost less, as long as they
 * fill no more room than a part of `rowsPerBlock` rows does with a full batch.
 */
export function rowsPerProduct(layout: Layout, columns: number, rowsPerBlock: number): number {
  return rowsPerBlock * Math.min(MOST_PARTS, Math.floor(layout.columns / columns));
}

/** Primes, so that rows that are alike at some regular distance do not meet in a few groups. */
const MOST_PEAKS = 1021;
const PEAK_COUNTS = [127, 251, 509, MOST_PEAKS] as const;

/**
 * Groups of a block's rows whose best lower bounds are told apart; rows take turns in going to one. So
 * many that seldom two of the k best rows meet in one.
 */
export function peakCount(kPrime: number, rowCount: number): number {
  return Math.min(PEAK_COUNTS.find((count) => count >= 4 * kPrime) ?? MOST_PEAKS, rowCount);
}

/** Lays out the memory of a shard, which may be a used one: the stored rows, and room for one block and one batch. */
export function layoutShard(
  product: IntegerProduct,
  dimension: number,
  rowCount: number,
  tuning: EngineTuning,
): Layout {
  let end = 0;
  const take = (sizeBytes: number): number => {
    const address = end;
    end += Math.ceil(sizeBytes / 64) * 64;
    return address;
  };
  const partRows = Math.min(tuning.rowsPerBlock, rowCount);
  const blockRows = Math.min(tuning.rowsPerBlock * MOST_PARTS, rowCount);
  const columns = Math.ceil(tuning.queriesPerBlock / 4) * 4;
  const rowBytes = product.rowBytes(dimension);
  const valueBytes = Math.ceil((dimension * 4) / VALUE_STEP_BYTES) * VALUE_STEP_BYTES;
  const keepValues = rowCount * valueBytes <= tuning.keptValueBytes;
  // One row more than there are: kernels that take two at a time read, and write, one beyond an odd last.
  const addresses = {
    rowBytes,
    valueBytes,
    columns,
    rows: take((rowCount + 1) * rowBytes),
    scales: take(rowCount * 4),
    residuals: take(rowCount * 4),
    norms: take(rowCount * 4),
    values: keepValues ? take(rowCount * valueBytes) : null,
    blockRows: take((blockRows + 1) * rowBytes),
    blockScales: take(blockRows * 4),
    blockResiduals: take(blockRows * 4),
    blockNorms: take(blockRows * 4),
    queries: take(product.queryBytes(dimension, columns)),
    floors: take(columns * 4),
    slopes: take(columns * 4),
    centres: take(columns * 4),
    peaks: take(Math.min(MOST_PEAKS, blockRows) * columns * 4),
    products: take((partRows + 1) * columns * 4),
    hits: take((partRows + 1) * columns * 4),
    exact: take((partRows + 1) * columns * 8),
    queryValues: take(columns * valueBytes),
    rowValues: take(partRows * valueBytes),
    valueFloors: take(columns * 4),
  };
  return { ...addresses, sizeBytes: end };
}
