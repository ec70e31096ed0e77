import type { FieldCondition, Filter } from '../../corpus/types.ts';

/** A value that MariaDB binds. */
export type MariadbValue = string | number | Buffer;

/**
 * A filter as a condition over a column of JSON, with the values of its `?`; null for an empty one. It means what the
 * corpus means: equality knows the type, a range compares values of its bound's type, strings by code point, and a
 * missing field never matches.
 */
export function mariadbFilter(
  filter: Filter,
  column: string,
): { readonly sql: string; readonly values: readonly MariadbValue[] } | null {
  const values: MariadbValue[] = [];
  const conditions = Object.entries(filter).map(([field, condition]) => {
    const path = `$.${JSON.stringify(field)}`;
    const type = (): string => {
      values.push(path);
      return `JSON_TYPE(JSON_EXTRACT(${column}, ?))`;
    };
    const compared = (operator: string, value: string | number | boolean): string => {
      const isOf = `${type()} IN (${TYPES[typeof value as keyof typeof TYPES]})`;
      values.push(path, typeof value === 'boolean' ? String(value) : value);
      // Texts are unquoted, and compared by code point without padding.
      const extracted = `JSON_UNQUOTE(JSON_EXTRACT(${column}, ?))`;
      return typeof value === 'number'
        ? `(${isOf} AND CAST(${extracted} AS DOUBLE) ${operator} ?)`
        : `(${isOf} AND ${extracted} COLLATE utf8mb4_nopad_bin ${operator} ?)`;
    };
    return holds(condition, compared, type);
  });
  return conditions.length === 0 ? null : { sql: conditions.join(' AND '), values };
}

const TYPES = {
  string: "'STRING'",
  number: "'INTEGER', 'DOUBLE'",
  boolean: "'BOOLEAN'",
} as const;

function holds(
  condition: FieldCondition,
  compared: (operator: string, value: string | number | boolean) => string,
  type: () => string,
): string {
  if (typeof condition !== 'object') return compared('=', condition);
  if ('in' in condition) {
    const each = condition.in.map((value) => compared('=', value));
    return each.length === 0 ? 'FALSE' : `(${each.join(' OR ')})`;
  }
  const bounds = [
    ...(condition.gte === undefined ? [] : [compared('>=', condition.gte)]),
    ...(condition.lte === undefined ? [] : [compared('<=', condition.lte)]),
  ];
  return bounds.length === 0 ? `${type()} <> 'NULL'` : bounds.join(' AND ');
}
