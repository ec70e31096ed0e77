import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { writeWhole } from '../files/write-whole.ts';

/** One column of `queries.parquet`; null where a value is undefined, and NaN is written as null. */
export type ParquetColumn =
  | {
      readonly name: string;
      readonly type: 'string';
      readonly values: readonly (string | null)[];
    }
  | {
      readonly name: string;
      readonly type: 'double' | 'int32';
      readonly values: readonly (number | null)[];
    }
  | {
      readonly name: string;
      readonly type: 'boolean';
      readonly values: readonly (boolean | null)[];
    };

const PARQUET_TYPE = {
  string: 'STRING',
  double: 'DOUBLE',
  int32: 'INT32',
  boolean: 'BOOLEAN',
} as const;

/**
 * The bytes of a Parquet file of these columns; equal columns give equal bytes.
 * @throws RangeError where columns differ in length, share a name, or a whole number does not fit.
 */
export function encodeParquet(columns: readonly ParquetColumn[]): Uint8Array {
  const rowCount = columns[0]?.values.length ?? 0;
  const names = new Set<string>();
  for (const { name, values } of columns) {
    if (values.length !== rowCount) {
      throw new RangeError(`column ${name} has ${values.length} values, not ${rowCount}`);
    }
    if (names.has(name)) throw new RangeError(`two columns are named ${name}`);
    names.add(name);
  }
  return new Uint8Array(parquetWriteBuffer({ columnData: columns.map(toColumnData) }));
}

/**
 * Writes a Parquet file of these columns, whole or not at all.
 * @throws InfrastructureError where the disk refuses.
 */
export async function writeQueriesParquet(
  path: string,
  columns: readonly ParquetColumn[],
): Promise<void> {
  await writeWhole(path, encodeParquet(columns));
}

function toColumnData(column: ParquetColumn): ColumnSource {
  const { name, type } = column;
  const data: (string | number | boolean | null)[] = column.values.map((value) => {
    if (typeof value !== 'number') return value;
    if (Number.isNaN(value)) return null;
    if (type === 'int32' && (value | 0) !== value) {
      throw new RangeError(`column ${name}: ${value} is no 32-bit whole number`);
    }
    return value;
  });
  return { name, type: PARQUET_TYPE[type], nullable: true, data };
}
