import { MalformedReplyError } from '../dialect.ts';
import type { SqlColumn, SqlValue } from '../operations.ts';

/** A JSON value as a value of a row; lists and objects become their JSON text. */
export function toSqlValue(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      return JSON.stringify(value, (_key, inner: unknown) =>
        typeof inner === 'bigint' ? inner.toString() : inner,
      );
    default:
      return null;
  }
}

/**
 * A row that came as an object, in the order of the columns.
 * @throws MalformedReplyError where two columns share a name or the row lacks one: the value is lost.
 */
export function rowOfObject(
  row: Readonly<Record<string, unknown>>,
  columns: readonly SqlColumn[],
  place: string,
): SqlValue[] {
  if (new Set(columns.map(({ name }) => name)).size < columns.length) {
    throw new MalformedReplyError('two columns share a name, and rows are objects');
  }
  return columns.map(({ name }) => {
    if (!Object.hasOwn(row, name)) {
      throw new MalformedReplyError(`${place}: no value for column ${JSON.stringify(name)}`);
    }
    return toSqlValue(row[name]);
  });
}

/**
 * A row that came as a list.
 * @throws MalformedReplyError where it has more or fewer values than there are columns.
 */
export function rowOfList(row: readonly unknown[], columnCount: number, place: string): SqlValue[] {
  if (row.length !== columnCount) {
    throw new MalformedReplyError(`${place}: expected ${columnCount} values, got ${row.length}`);
  }
  return row.map(toSqlValue);
}
