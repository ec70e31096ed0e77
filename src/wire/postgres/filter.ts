import type { FieldCondition, Filter } from '../../corpus/types.ts';
import { sqlFilter } from '../json/sql-filter.ts';
import type { PgvectorTable } from './options.ts';
import { quoted, type Values } from './sql.ts';

/**
 * A filter as an SQL condition; null for an empty one. Over a jsonb column it means what the corpus means:
 * equality knows the type, a range compares values of its bound's type, strings by code point, and a missing
 * field never matches. Over columns of their own it means what SQL makes of it.
 */
export function filterSql(filter: Filter, table: PgvectorTable, values: Values): string | null {
  const { metadataColumn } = table;
  if (metadataColumn === null) return sqlFilter(filter);
  const conditions = Object.entries(filter).map(([field, condition]) =>
    conditionSql(`${quoted(metadataColumn)} -> ${values.add(field)}::text`, condition, values),
  );
  return conditions.length === 0 ? null : conditions.join(' AND ');
}

function conditionSql(value: string, condition: FieldCondition, values: Values): string {
  const json = (scalar: unknown): string => `${values.add(JSON.stringify(scalar))}::jsonb`;
  if (typeof condition !== 'object') return `(${value}) = ${json(condition)}`;
  if ('in' in condition) {
    if (condition.in.length === 0) return 'false';
    return `(${value}) IN (${condition.in.map(json).join(', ')})`;
  }
  const bounds = [
    { operator: '>=', bound: condition.gte },
    { operator: '<=', bound: condition.lte },
  ].flatMap(({ operator, bound }) => {
    if (bound === undefined) return [];
    const type = `jsonb_typeof(${value}) = '${typeof bound}'`;
    // The order of jsonb strings is the database's; bytes of UTF-8 are in the order of code points.
    return typeof bound === 'number'
      ? [`(${type} AND (${value}) ${operator} ${json(bound)})`]
      : [`(${type} AND (${value} #>> '{}') COLLATE "C" ${operator} ${values.add(bound)}::text)`];
  });
  return bounds.length === 0 ? `jsonb_typeof(${value}) <> 'null'` : bounds.join(' AND ');
}
