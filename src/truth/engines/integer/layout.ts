import { VALUE_STEP_BYTES } from '../../wasm/refine-kernel.ts';
import type { EngineTuning } from '../pool/protocol.ts';
import type { IntegerProduct } from './product.ts';

/** Byte addresses of everything in a shard's memory. */
export interface Layout {
  /** Integers of all rows, and their scales and residuals. */
  readonly rows: number;
  readonly scales: number;
  readonly residuals: number;
  /** The same of a block whose rows do not lie side by side. */
  readonly blockRows: number;
  readonly blockScales: number;
  readonly blockResiduals: number;
  /** Integers of a batch of queries, and what the scan needs of each. */
  readonly queries: number;
  readonly floors: number;
  readonly slopes: number;
  readonly centres: number;
  /** Products of a block, hits among them, and the exact products of the hits. */
  readonly products: number;
  readonly hits: number;
  readonly exact: number;
  /** float32 values of the batch's queries and of the block's hits; floors and norms to refine by. */
  readonly queryValues: number;
  readonly rowValues: number;
  readonly valueFloors: number;
  readonly rowNorms: number;
  readonly sizeBytes: number;
  /** Bytes of a row of float32 values, filled up to a multiple of `VALUE_STEP_BYTES`. */
  readonly valueBytes: number;
  readonly rowBytes: number;
  /** Queries in a full batch, filled up to a multiple of four. */
  readonly columns: number;
}

/** Lays out the memory of a shard: the stored rows, and room for one block and one batch. */
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
  const blockRows = Math.min(tuning.rowsPerBlock, rowCount);
  const columns = Math.ceil(tuning.queriesPerBlock / 4) * 4;
  const rowBytes = product.rowBytes(dimension);
  const valueBytes = Math.ceil((dimension * 4) / VALUE_STEP_BYTES) * VALUE_STEP_BYTES;
  // One row more than there are: kernels that take two at a time read, and write, one beyond an odd last.
  const addresses = {
    rowBytes,
    valueBytes,
    columns,
    rows: take((rowCount + 1) * rowBytes),
    scales: take(rowCount * 4),
    residuals: take(rowCount * 4),
    blockRows: take((blockRows + 1) * rowBytes),
    blockScales: take(blockRows * 4),
    blockResiduals: take(blockRows * 4),
    queries: take(product.queryBytes(dimension, columns)),
    floors: take(columns * 4),
    slopes: take(columns * 4),
    centres: take(columns * 4),
    products: take((blockRows + 1) * columns * 4),
    hits: take((blockRows + 1) * columns * 4),
    exact: take((blockRows + 1) * columns * 8),
    queryValues: take(columns * valueBytes),
    rowValues: take(blockRows * valueBytes),
    valueFloors: take(columns * 4),
    rowNorms: take(blockRows * 4),
  };
  return { ...addresses, sizeBytes: end };
}
