import { type Data, DataType } from 'apache-arrow';
import { counted } from '../../../../counted.ts';
import { brokenArrow } from './arrow-messages.ts';

/**
 * Checks that a column has all of its values. Its buffers are views that end where the file ends: what lies beyond
 * would read as shorter texts, or as nothing, without an error.
 *
 * @param name what messages call it
 */
export function checkColumn(path: string, name: string, data: Data): void {
  const { type, length, values, children } = data;
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
  // What a dictionary holds was looked at with the batch that it came in.
  if (DataType.isDictionary(type)) return;
  for (const child of children) checkColumn(path, name, child);
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
