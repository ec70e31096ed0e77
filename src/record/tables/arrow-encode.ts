import {
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
} from 'apache-arrow';

/** One column of a table, ready to be written. */
export interface ArrowColumn {
  readonly name: string;
  readonly nullable: boolean;
  readonly data: Data;
}

/**
 * The bytes of an Arrow file with one record batch; equal columns give equal bytes.
 * Plain types throughout: a dictionary's ids depend on the process that numbered them.
 */
export function encodeTable(columns: readonly ArrowColumn[], rowCount: number): Uint8Array {
  const fields = columns.map(
    ({ name, nullable, data }) => new Field(name, data.type as DataType, nullable),
  );
  const rows = makeData({
    type: new Struct(fields),
    length: rowCount,
    nullCount: 0,
    children: columns.map(({ data }) => data),
  });
  return tableToIPC(new Table([new RecordBatch(new Schema(fields), rows)]), 'file');
}

/** Plain UTF-8 strings; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function utf8Column(name: string, values: readonly string[]): ArrowColumn {
  return { name, nullable: false, data: utf8Data(values) };
}

/** 32-bit integers; null where there is none. */
export function int32Column(name: string, values: readonly (number | null)[]): ArrowColumn {
  const data = Int32Array.from(values, (value) => value ?? 0);
  const validity = validityOf(values.length, (index) => values[index] !== null);
  return {
    name,
    nullable: true,
    data: makeData({ type: new Int32(), length: values.length, data, ...validity }),
  };
}

/** 64-bit floats; NaN is written as null. */
export function float64Column(name: string, values: readonly number[]): ArrowColumn {
  return { name, nullable: true, data: float64Data(values) };
}

/** Truth values, eight a byte. */
export function boolColumn(name: string, values: readonly boolean[]): ArrowColumn {
  const { nullBitmap: data } = bitmap(values.length, (index) => values[index] === true);
  return {
    name,
    nullable: false,
    data: makeData({ type: new Bool(), length: values.length, nullCount: 0, data }),
  };
}

/** A list of strings a row. */
export function utf8ListColumn(name: string, lists: readonly (readonly string[])[]): ArrowColumn {
  return { name, nullable: false, data: listData(lists, utf8Data(lists.flat()), false) };
}

/** A list of 64-bit floats a row; NaN is written as null. */
export function float64ListColumn(
  name: string,
  lists: readonly (readonly number[])[],
): ArrowColumn {
  return { name, nullable: false, data: listData(lists, float64Data(lists.flat()), true) };
}

/** Vectors of one dimension, row-major over one array, which is not copied. */
export function vectorColumn(
  name: string,
  values: Float32Array,
  dimension: number,
  rowCount: number,
): ArrowColumn {
  const child = makeData({
    type: new Float32(),
    length: values.length,
    nullCount: 0,
    data: values,
  });
  const type = new FixedSizeList(dimension, new Field('item', new Float32(), false));
  return {
    name,
    nullable: false,
    data: makeData({ type, length: rowCount, nullCount: 0, child }),
  };
}

function utf8Data(values: readonly string[]): Data {
  const joined = Buffer.from(values.join(''));
  const valueOffsets = new Int32Array(values.length + 1);
  let end = 0;
  for (const [index, value] of values.entries()) {
    end += Buffer.byteLength(value);
    valueOffsets[index + 1] = end;
  }
  // Halves of a surrogate pair join at the seam of two strings: such strings are encoded one by one.
  const data =
    joined.length === end ? joined : Buffer.concat(values.map((value) => Buffer.from(value)));
  return makeData({ type: new Utf8(), length: values.length, nullCount: 0, valueOffsets, data });
}

function float64Data(values: readonly number[]): Data {
  const validity = validityOf(values.length, (index) => !Number.isNaN(values[index]));
  // A fixed value under a null: the payload of a NaN would make equal tables differ in bytes.
  const data = Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
  return makeData({ type: new Float64(), length: values.length, data, ...validity });
}

function listData(lists: readonly (readonly unknown[])[], child: Data, nullable: boolean): Data {
  const valueOffsets = new Int32Array(lists.length + 1);
  let end = 0;
  for (const [index, list] of lists.entries()) {
    end += list.length;
    valueOffsets[index + 1] = end;
  }
  const type = new List(new Field('item', child.type as DataType, nullable));
  return makeData({ type, length: lists.length, nullCount: 0, valueOffsets, child });
}

function validityOf(
  length: number,
  isValid: (index: number) => boolean,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const { nullBitmap, nullCount } = bitmap(length, isValid);
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

function bitmap(length: number, isSet: (index: number) => boolean) {
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let index = 0; index < length; index++) {
    if (isSet(index)) nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
    else nullCount++;
  }
  return { nullBitmap, nullCount };
}
