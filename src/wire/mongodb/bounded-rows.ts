import { MOST_BEYOND } from '../bounds/answer-bounds.ts';
import { BODIES_BYTES } from '../bounds/byte-budget.ts';
import { tooLarge } from '../bounds/metered-socket.ts';
import { MalformedReplyError } from '../dialect.ts';

/**
 * The rows of a cursor, which a server ends when it likes: one that never ends would fill the memory until the deadline.
 * @param asked how many rows there can be
 * @throws MalformedReplyError where far more come, or larger ones than an answer may hold together
 */
export async function boundedRows<Row>(cursor: AsyncIterable<Row>, asked: number): Promise<Row[]> {
  const rows: Row[] = [];
  let sizeBytes = 0;
  for await (const row of cursor) {
    if (rows.length >= asked + MOST_BEYOND) {
      throw new MalformedReplyError(
        `more than ${asked + MOST_BEYOND} rows where ${asked} were asked for`,
      );
    }
    sizeBytes += sizeOf(row, MOST_DEPTH);
    if (sizeBytes > BODIES_BYTES) throw tooLarge(BODIES_BYTES);
    rows.push(row);
  }
  return rows;
}

/** Within documents deeper than that nothing is looked at: they are of another kind than ours. */
const MOST_DEPTH = 8;

/** About how many bytes a value takes. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const [first] = Array.isArray(value) ? value : [];
  if (typeof first === 'number') return 8 * (value as readonly unknown[]).length;
  if (depth === 0) return 8;
  return Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each, depth - 1), 16);
}
