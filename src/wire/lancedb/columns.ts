import type { FieldCondition, Filter, Metadata } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';

/** Types of a column by the type of its values in JavaScript. */
const SQL_TYPE = { string: 'string', number: 'double', boolean: 'double' } as const;

type Typed = keyof typeof SQL_TYPE;

/** Column of the values of one type of one field: columns have one type, and fields need not. */
function columnOf(field: string, type: Typed): string {
  // A column's name may hold no dot, and quoting differs between engines.
  const name = field.replace(/[^A-Za-z0-9]/gu, (character) => `_${character.codePointAt(0)}_`);
  return `meta_${name}_${type}`;
}

/** The filterable values of a document by their columns. */
export function storedColumns(metadata: Metadata): Record<string, string | number> {
  const columns: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(metadata)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      // A boolean column without a value among the rows cannot be written: true is 1.
      columns[columnOf(field, typeof value as Typed)] =
        typeof value === 'boolean' ? Number(value) : value;
    }
  }
  return columns;
}

/** SQL of an empty value of a column that `storedColumns` names. */
export function emptySql(column: string): string {
  const type = column.slice(column.lastIndexOf('_') + 1) as Typed;
  return `cast(NULL as ${SQL_TYPE[type]})`;
}

/** A filter as an SQL condition over the columns that are there; null for an empty one. */
export function lanceFilter(filter: Filter, has: (column: string) => boolean): string | null {
  const conditions = Object.entries(filter).map(([field, condition]) =>
    holds(field, condition, has),
  );
  return conditions.length === 0 ? null : conditions.join(' AND ');
}

function holds(field: string, condition: FieldCondition, has: (column: string) => boolean): string {
  const compared = (operator: string, value: string | number | boolean): string => {
    const column = columnOf(field, typeof value as Typed);
    return has(column) ? `${column} ${operator} ${literal(value, field)}` : 'false';
  };
  if (typeof condition !== 'object') return compared('=', condition);
  if ('in' in condition) {
    const each = condition.in.map((value) => compared('=', value));
    return each.length === 0 ? 'false' : `(${each.join(' OR ')})`;
  }
  const bounds = [
    ...(condition.gte === undefined ? [] : [compared('>=', condition.gte)]),
    ...(condition.lte === undefined ? [] : [compared('<=', condition.lte)]),
  ];
  if (bounds.length > 0) return bounds.join(' AND ');
  throw new UnsupportedRequestError(`filter on ${field}: a range without bounds`);
}

function literal(value: string | number | boolean, field: string): string {
  if (typeof value !== 'string') return String(Number(value));
  if (value.includes('\0')) throw new UnsupportedRequestError(`filter on ${field}: NUL in a text`);
  return textSql(value);
}

/** A text in single quotes. */
export function textSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
