import type { FieldCondition, Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';

type Literal = string | number | boolean;

/**
 * A filter as an SQL condition over columns named like the fields, in standard SQL: identifiers in
 * double quotes, strings in single quotes, each with its own quote doubled (a backslash is a backslash).
 * A null column never matches, by SQL's own rules. An empty filter gives null.
 * @throws UnsupportedRequestError for what has no literal: NUL, non-finite numbers, unknown operators.
 */
export function sqlFilter(filter: Filter): string | null {
  const conditions = Object.entries(filter).map(([field, condition]) =>
    conditionSql(identifierSql(field), field, condition),
  );
  return conditions.length === 0 ? null : conditions.join(' AND ');
}

function conditionSql(column: string, field: string, condition: FieldCondition): string {
  if (typeof condition !== 'object') return `${column} = ${literalSql(condition, field)}`;
  const unknown = Object.keys(condition ?? { null: 0 }).find(
    (operator) => operator !== 'in' && operator !== 'gte' && operator !== 'lte',
  );
  if (unknown !== undefined) {
    throw new UnsupportedRequestError(`filter on ${field}: unknown condition ${unknown}`);
  }
  if ('in' in condition) {
    // `IN ()` is no SQL.
    if (condition.in.length === 0) return '1 = 0';
    return `${column} IN (${condition.in.map((value) => literalSql(value, field)).join(', ')})`;
  }
  const bounds: string[] = [];
  if (condition.gte !== undefined) bounds.push(`${column} >= ${literalSql(condition.gte, field)}`);
  if (condition.lte !== undefined) bounds.push(`${column} <= ${literalSql(condition.lte, field)}`);
  return bounds.length === 0 ? `${column} IS NOT NULL` : bounds.join(' AND ');
}

function identifierSql(field: string): string {
  if (field === '') throw new UnsupportedRequestError('filter on a field without a name');
  return `"${withoutNul(field, 'a field name').replaceAll('"', '""')}"`;
}

function literalSql(value: Literal, field: string): string {
  switch (typeof value) {
    case 'string':
      return `'${withoutNul(value, `filter on ${field}`).replaceAll("'", "''")}'`;
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'number':
      if (Number.isFinite(value)) return String(value);
      throw new UnsupportedRequestError(`filter on ${field}: ${value} has no SQL literal`);
    default:
      throw new UnsupportedRequestError(`filter on ${field}: no SQL literal for ${typeof value}`);
  }
}

/** Engines cut text at NUL or refuse it; what follows it would be read as SQL by none, or as text by few. */
function withoutNul(text: string, where: string): string {
  if (!text.includes('\0')) return text;
  throw new UnsupportedRequestError(`${where}: NUL cannot be written in SQL`);
}
