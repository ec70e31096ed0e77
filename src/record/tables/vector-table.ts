import type { VectorTable } from '../types.ts';
import { decodeTable } from './arrow-decode.ts';
import { encodeTable, utf8Column, vectorColumn } from './arrow-encode.ts';

/**
 * The bytes of an Arrow file with columns `id` and `vector`; the values are copied once, into the file.
 * @throws RangeError where the values are not `ids.length × dimension`.
 */
export function encodeVectors(table: VectorTable): Uint8Array {
  const { ids, dimension, values } = table;
  if (values.length !== ids.length * dimension) {
    throw new RangeError(
      `${values.length} values are not ${ids.length} vectors of dimension ${dimension}`,
    );
  }
  return encodeTable(
    [utf8Column('id', ids), vectorColumn('vector', values, dimension, ids.length)],
    ids.length,
  );
}

/**
 * The vectors of one Arrow file; `values` is a view into `bytes`.
 * @throws Error where the bytes are no such table, or hold other than `expectedRows` rows.
 */
export function decodeVectors(bytes: Uint8Array, expectedRows: number): VectorTable {
  const table = decodeTable(bytes, expectedRows);
  return { ids: table.utf8('id'), ...table.vectors('vector') };
}
