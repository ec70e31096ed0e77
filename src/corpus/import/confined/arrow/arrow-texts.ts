import { isUtf8 } from 'node:buffer';
import { type Data, DataType } from 'apache-arrow';

/** Bytes of a view: its size, then the text itself where it is short, else its start, a buffer and a place in it. */
const VIEW_BYTES = 16;
const SHORT_BYTES = 12;

/** Whether each text of a column is there and is UTF-8; the library would put other letters in place of what is none. */
export function areTexts(data: Data): boolean {
  const { type } = data;
  if (DataType.isUtf8View(type)) return areViews(data);
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) ? areSlices(data) : true;
}

function areSlices(data: Data): boolean {
  const { valueOffsets, length } = data;
  const bytes = data.values as Uint8Array;
  const offset = (row: number): number => Number(valueOffsets[row]);
  const areWhole = length === 0 || isUtf8(bytes.subarray(offset(0), offset(length)));
  for (let row = 0; row < length; row++) {
    // Where all of it is UTF-8, a text is unless it begins within a character, or the next one does.
    const isCut = ((bytes[offset(row)] ?? 0) & 0xc0) === 0x80;
    if (areWhole && !isCut) continue;
    const text = bytes.subarray(offset(row), offset(row + 1));
    if (!isUtf8(text) && data.getValid(row)) return false;
  }
  return true;
}

function areViews(data: Data): boolean {
  const views = data.values as Uint8Array;
  if (views.length < data.length * VIEW_BYTES) return false;
  const numbers = new DataView(views.buffer, views.byteOffset, views.byteLength);
  for (let row = 0; row < data.length; row++) {
    const at = row * VIEW_BYTES;
    const size = numbers.getInt32(at, true);
    const from = numbers.getInt32(at + 12, true);
    const text =
      size <= SHORT_BYTES
        ? views.subarray(at + 4, at + 4 + Math.max(0, size))
        : data.variadicBuffers[numbers.getInt32(at + 8, true)]?.subarray(
            Math.max(0, from),
            from + size,
          );
    const isThere = size >= 0 && text?.length === size;
    if (!(isThere && isUtf8(text)) && data.getValid(row)) return false;
  }
  return true;
}
