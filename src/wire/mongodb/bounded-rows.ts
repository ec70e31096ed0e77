import { MalformedReplyError } from '../dialect.ts';

/** Beyond what was asked for; a cursor that never ends would fill the memory until the deadline. */
const MOST_BEYOND = 1000;

/**
 * The rows of a cursor, which a server ends when it likes.
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
