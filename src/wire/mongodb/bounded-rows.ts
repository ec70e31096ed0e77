import { MOST_BEYOND } from '../bounds/answer-bounds.ts';
import { MalformedReplyError } from '../dialect.ts';

/**
 * The rows of a cursor, which a server ends when it likes: one that never ends would fill the memory until the deadline.
 * @param asked how many rows there can be
 * @throws MalformedReplyError where far more come
 */
export async function boundedRows<Row>(cursor: AsyncIterable<Row>, asked: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of cursor) {
    if (rows.length >= asked + MOST_BEYOND) {
      throw new MalformedReplyError(
        `more than ${asked + MOST_BEYOND} rows where ${asked} were asked for`,
      );
    }
    rows.push(row);
  }
  return rows;
}
