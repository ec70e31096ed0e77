import { type Data, type RecordBatch, tableFromIPC } from 'apache-arrow';
import { counted } from '../../counted.ts';

/** A table that was read back, column by column. */
export interface DecodedTable {
  readonly rowCount: number;
  readonly utf8: (name: string) => string[];
  readonly float64: (name: string) => number[];
  readonly int32: (name: string) => (number | null)[];
  readonly bool: (name: string) => boolean[];
  readonly utf8Lists: (name: string) => string[][];
  readonly float64Lists: (name: string) => number[][];
  /** The values of a column of vectors; a view into the file's bytes where it has one batch. */
  readonly vectors: (name: string) => { readonly values: Float32Array; readonly dimension: number };
}

/**
 * Reads an Arrow file or stream by column and refuses one that holds other than the recorded number of rows:
 * a stream cut between two messages reads as a shorter table without an error.
 * @throws Error that says what is wrong with the bytes.
 */
export function decodeTable(bytes: Uint8Array, expectedRows: number): DecodedTable {
  // Typed views need an aligned start.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const table = tableFromIPC(aligned);
  if (table.numRows !== expectedRows) {
    throw new Error(`${counted(table.numRows, 'row')} where ${expectedRows} were recorded`);
  }
  const { batches } = table;
  const collect =
    <Value>(read: (column: Data) => Value[]) =>
    (name: string): Value[] =>
      batches.flatMap((batch) => read(columnOf(batch, name)));
  return {
    rowCount: table.numRows,
    utf8: collect(readUtf8),
    float64: collect(readFloat64),
    int32: collect(readInt32),
    bool: collect(readBool),
    utf8Lists: collect((column) => readLists(column, readUtf8)),
    float64Lists: collect((column) => readLists(column, readFloat64)),
    vectors: (name) => readVectors(batches.map((batch) => columnOf(batch, name))),
  };
}

function columnOf(batch: RecordBatch, name: string): Data {
  const index = batch.schema.fields.findIndex((field) => field.name === name);
  const column = batch.data.children[index];
  if (column === undefined) throw new Error(`no column ${name}`);
  return column;
}

function readUtf8(column: Data): string[] {
  const offsets = column.valueOffsets as Int32Array;
  const values = column.values as Uint8Array;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (column.length > 0 && !((offsets[column.length] ?? -1) <= bytes.length)) {
    throw new Error('a column of texts is cut short');
  }
  const strings = new Array<string>(column.length);
  for (let row = 0; row < column.length; row++) {
    strings[row] = bytes.toString('utf8', offsets[row] ?? 0, offsets[row + 1] ?? 0);
  }
  return strings;
}

function readFloat64(column: Data): number[] {
  const values = Array.from((column.values as Float64Array).subarray(0, column.length));
  if (column.nullCount === 0) return values;
  return values.map((value, row) => (column.getValid(row) ? value : Number.NaN));
}

function readInt32(column: Data): (number | null)[] {
  const values = Array.from((column.values as Int32Array).subarray(0, column.length));
  if (column.nullCount === 0) return values;
  return values.map((value, row) => (column.getValid(row) ? value : null));
}

function readBool(column: Data): boolean[] {
  const bits = column.values as Uint8Array;
  return Array.from({ length: column.length }, (_, row) => {
    const bit = row + column.offset;
    return ((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  });
}

function readLists<Value>(column: Data, readItems: (items: Data) => Value[]): Value[][] {
  const offsets = column.valueOffsets as Int32Array;
  const child = column.children[0];
  const items = child === undefined ? [] : readItems(child);
  return Array.from({ length: column.length }, (_, row) =>
    items.slice(offsets[row] ?? 0, offsets[row + 1] ?? 0),
  );
}

function readVectors(columns: readonly Data[]): { values: Float32Array; dimension: number } {
  const dimension = (columns[0]?.type as { listSize?: number } | undefined)?.listSize ?? 0;
  const parts = columns.map((column) => {
    const values: unknown = column.children[0]?.values;
    if (!(values instanceof Float32Array)) throw new Error('no column of float32 vectors');
    return values.subarray(0, column.length * dimension);
  });
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { values: only, dimension };
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    values.set(part, start);
    start += part.length;
  }
  return { values, dimension };
}
