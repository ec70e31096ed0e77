import type { FieldCondition, Filter } from '../../corpus/types.ts';

/** A value that SQLite binds. */
export type SqliteValue = string | number | bigint | Uint8Array;

/**
 * A filter as an SQL condition over a column of JSON, with the values of its `?`; null for an empty one. It means
 * what the corpus means: equality knows the type, a range compares values of its bound's type, strings by code
 * point, and a missing field never matches.
 */
export function jsonFilter(
  filter: Filter,
  column: string,
): { readonly sql: string; readonly values: readonly SqliteValue[] } | null {
  const values: SqliteValue[] = [];
  const conditions = Object.entries(filter).map(([field, condition]) => {
    // A path cannot name every field: a field is found by its key.
    values.push(field);
    return `EXISTS (SELECT 1 FROM json_each(${column}) AS f WHERE f.key = ? AND ${holds(condition, values)})`;
  });
  return conditions.length === 0 ? null : { sql: conditions.join(' AND '), values };
}

function holds(condition: FieldCondition, values: SqliteValue[]): string {
  if (typeof condition !== 'object') return equals(condition, values);
  if ('in' in condition) {
    const each = condition.in.map((value) => equals(value, values));
    return each.length === 0 ? '0' : `(${each.join(' OR ')})`;
  }
  const bounds: string[] = [];
  for (const [operator, bound] of [
    ['>=', condition.gte],
    ['<=', condition.lte],
  ] as const) {
    if (bound === undefined) continue;
    values.push(bound);
    bounds.push(`(${isOf(typeof bound)} AND f.value ${operator} ?)`);
  }
  return bounds.length === 0 ? "f.type <> 'null'" : bounds.join(' AND ');
}

function equals(value: string | number | boolean, values: SqliteValue[]): string {
  if (typeof value === 'boolean') return `f.type = '${value}'`;
  values.push(value);
  return `(${isOf(typeof value)} AND f.value = ?)`;
}

function isOf(type: string): string {
  return type === 'number' ? "f.type IN ('integer', 'real')" : "f.type = 'text'";
}
