import type { RecordCodec } from '../record-codec.ts';
import type { VectorTable } from '../types.ts';
import { decodeTable } from './arrow-decode.ts';
import { encodeTable, utf8Column, vectorColumn } from './arrow-encode.ts';

/**
 * Vectors as an Arrow file with columns `id` and `vector`; the values are copied once, into the file, and what is
 * read is a view into its bytes. Throws RangeError for values that are not `ids.length × dimension`, both ways.
 */
export const vectorCodec: RecordCodec<VectorTable> = {
  extension: 'arrow',
  encode: ({ ids, dimension, values }) => {
    if (values.length !== ids.length * dimension) {
      throw new RangeError(
        `${values.length} values are not ${ids.length} vectors of dimension ${dimension}`,
      );
    }
    const vectors = vectorColumn('vector', values, dimension, ids.length);
    return { bytes: encodeTable([utf8Column('id', ids), vectors], ids.length), rows: ids.length };
  },
  decode: (bytes, rows) => {
    const table = decodeTable(bytes, rows ?? 0);
    const ids = table.utf8('id');
    const vectors = table.vectors('vector');
    if (vectors.values.length === ids.length * vectors.dimension) return { ids, ...vectors };
    throw new RangeError(
      `${vectors.values.length} values are not ${ids.length} vectors of dimension ${vectors.dimension}`,
    );
  },
};
