import type { VectorTable } from '../types.ts';

/** Some consecutive rows that are read when they are needed. */
export interface VectorBlock {
  readonly rowCount: number;
  /** @throws UsageError where the rows cannot be read */
  read(): Promise<VectorTable>;
}

/** A table of vectors of one dimension that is read block by block, as often as needed. */
export interface VectorBlocks {
  readonly dimension: number;
  readonly rowCount: number;
  readonly blocks: readonly VectorBlock[];
}

/** A table in memory as blocks of at most so many rows, which are views of it. */
export function blocksOf(table: VectorTable, rowsPerBlock: number): VectorBlocks {
  const { ids, dimension } = table;
  const blocks: VectorBlock[] = [];
  for (let from = 0; from < ids.length; from += rowsPerBlock) {
    const rowCount = Math.min(rowsPerBlock, ids.length - from);
    blocks.push({ rowCount, read: async () => rowsFrom(table, from, from + rowCount) });
  }
  return { dimension, rowCount: ids.length, blocks };
}

/** The rows `from` … `to − 1` of a table, as a view of it. */
export function rowsFrom(table: VectorTable, from: number, to: number): VectorTable {
  const { ids, dimension, values } = table;
  return {
    ids: ids.slice(from, to),
    dimension,
    values: values.subarray(from * dimension, to * dimension),
  };
}
