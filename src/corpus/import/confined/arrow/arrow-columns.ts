import { type Data, DataType } from 'apache-arrow';
import { counted } from '../../../../counted.ts';
import { brokenArrow } from './arrow-messages.ts';
import { areTexts } from './arrow-texts.ts';

/** Columns that were looked at: a dictionary comes with every batch that refers to it. */
export type CheckedColumns = WeakSet<Data>;

/**
 * Checks that a column has all of its values. Its buffers are views that end where the file ends: what lies beyond
 * would read as shorter texts, or as nothing, without an error; so would numbers beyond a dictionary, and bytes that
 * are no UTF-8.
 *
 * @param name what messages call it
 */
export function checkColumn(path: string, name: string, data: Data, done: CheckedColumns): void {
  if (done.has(data)) return;
  done.add(data);
  const { type, length, values, children } = data;
  if (!hasItsNulls(data)) {
    throw brokenArrow(path, `column ${name} has other nulls than it counts`);
  }
  const offsets: Int32Array | BigInt64Array | undefined = data.valueOffsets;
  const [items] = children;
  const held = items?.length ?? values?.length ?? 0;
  if (offsets !== undefined && !areSound(offsets, length, held)) {
    throw brokenArrow(path, `column ${name}: its offsets lead out of its values`);
  }
  if (offsets === undefined && held < heldBy(data)) {
    throw brokenArrow(
      path,
      `column ${name} has ${held} of the values of its ${counted(length, 'row')}`,
    );
  }
  if (!areTexts(data)) throw brokenArrow(path, `column ${name}: a text is not UTF-8`);
  if (DataType.isDictionary(type)) {
    const entries = data.dictionary?.data ?? [];
    const size = entries.reduce((sum, one) => sum + one.length, 0);
    if (!leadsInto(data, size)) {
      throw brokenArrow(path, `column ${name} names what its dictionary of ${size} does not hold`);
    }
    for (const one of entries) checkColumn(path, name, one, done);
    return;
  }
  for (const child of children) checkColumn(path, name, child, done);
}

/** Whether the bits that tell nulls are there, and as many as are counted. */
function hasItsNulls({ nullCount, nullBitmap, length, offset, type }: Data): boolean {
  if (nullCount <= 0 || DataType.isNull(type)) return true;
  if (nullBitmap === undefined || nullBitmap.length * 8 < offset + length) return false;
  let nulls = 0;
  for (let at = offset; at < offset + length; at++) {
    if ((((nullBitmap[at >> 3] as number) >> (at & 7)) & 1) === 0) nulls += 1;
  }
  return nulls === nullCount;
}

/** Whether each value that is none of the nulls names an entry of a dictionary. */
function leadsInto(data: Data, size: number): boolean {
  for (let row = 0; row < data.length; row++) {
    const entry = Number(data.values[row]);
    if (!(entry >= 0 && entry < size) && data.getValid(row)) return false;
  }
  return true;
}

/** How many values a column without offsets must hold; 0 where each row holds as many as it likes. */
function heldBy({ type, length, stride }: Data): number {
  if (DataType.isBool(type)) return Math.ceil(length / 8);
  const isFixed =
    DataType.isFixedSizeList(type) ||
    DataType.isFixedSizeBinary(type) ||
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isDecimal(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type);
  if (isFixed) return length * stride;
  return DataType.isStruct(type) ? length : 0;
}

/** Whether offsets never go back, and end within the values. */
function areSound(offsets: Int32Array | BigInt64Array, length: number, held: number): boolean {
  if (length === 0) return true;
  if (offsets.length <= length || Number(offsets[0]) < 0) return false;
  for (let row = 0; row < length; row++) {
    if (Number(offsets[row + 1]) < Number(offsets[row])) return false;
  }
  return Number(offsets[length]) <= held;
}
