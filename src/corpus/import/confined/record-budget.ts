import { importProblem } from '../problem.ts';
import type { PlacedRecord } from '../records/survey.ts';

/** Rows and bytes of a block; a block may be larger than that by one record. */
const ROWS_PER_BLOCK = 1024;
const BYTES_PER_BLOCK = 4 << 20;
/** Largest record: a few bytes of a file may stand for as much in every row. */
const MAX_RECORD_BYTES = 16 << 20;

/** All records of a file may take so much, or so many times the size of the file where that is more. */
const FREE_BYTES = 64 << 20;
const MOST_RATIO = 1000;

/**
 * Counts what the records of a file take, once they are unpacked.
 * @returns adds the bytes of a record; throws UsageError where it is above 16 MiB, or the file stands for far more than
 * it holds
 */
export function recordBudget(sizeBytes: number): (record: PlacedRecord) => number {
  const limit = Math.max(FREE_BYTES, sizeBytes * MOST_RATIO);
  let total = 0;
  return ({ fields, place }) => {
    const bytes = sizeOf(fields);
    total += bytes;
    if (bytes > MAX_RECORD_BYTES) {
      throw importProblem(
        'record-size',
        place,
        `the record takes ${bytes} bytes`,
        `a record has at most ${MAX_RECORD_BYTES} bytes: divide its text, or leave it out`,
      );
    }
    if (total > limit) {
      throw importProblem(
        'unpack-size',
        place,
        `the records up to here take more than ${limit} bytes, the file has ${sizeBytes}`,
        'where that is meant, write it as JSON lines and give those',
      );
    }
    return bytes;
  };
}

/** Records in blocks that take a bounded amount of memory, whatever is in them. */
export function* recordBlocks(
  records: Iterable<PlacedRecord>,
  bytesOf: (record: PlacedRecord) => number,
): Generator<PlacedRecord[]> {
  let block: PlacedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    block.push(record);
    bytes += bytesOf(record);
    if (block.length < ROWS_PER_BLOCK && bytes < BYTES_PER_BLOCK) continue;
    yield block;
    block = [];
    bytes = 0;
  }
  if (block.length > 0) yield block;
}

/** About how many bytes a value takes when it is handed over. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) {
    const isNumbers = typeof value[0] === 'number';
    return isNumbers ? value.length * 8 : value.reduce((sum, one) => sum + sizeOf(one), 8);
  }
  return Object.entries(value).reduce((sum, [key, one]) => sum + key.length + sizeOf(one), 8);
}
