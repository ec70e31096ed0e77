import type { WasmMemory } from '../../../wasm/memory.ts';
import type { Quantisation } from '../quantise.ts';

/** How an integer engine keeps rows and queries in its memory, and multiplies them. */
export interface IntegerProduct {
  readonly quantisation: Quantisation;
  /** Bytes of a stored row. */
  readonly rowBytes: (dimension: number) => number;
  /** Bytes of so many stored queries. */
  readonly queryBytes: (dimension: number, columns: number) => number;
  /** Writes the integers of one row to an address. */
  readonly storeRow: (memory: WasmMemory, address: number, codes: Int16Array) => void;
  /**
   * Writes the integers of one query, column `column` of `columns`.
   *
   * @returns what the products of this query are too large by, whatever the row
   */
  readonly storeQuery: (
    memory: WasmMemory,
    address: number,
    codes: Int16Array,
    column: number,
    columns: number,
  ) => number;
  /** Binds the multiplication to a memory. */
  readonly bind: (memory: WasmMemory) => Multiply;
}

/** Where things lie in the memory, in bytes, and how many there are. */
export interface MultiplyTask {
  readonly rows: number;
  readonly rowCount: number;
  readonly queries: number;
  /** A multiple of four. */
  readonly columns: number;
  readonly dimension: number;
  /** Receives `rowCount` × `columns` 32-bit integers. */
  readonly products: number;
}

/** Multiplies integer rows and queries exactly; a row beyond the last may be read and written. */
export type Multiply = (task: MultiplyTask) => Promise<void> | void;
