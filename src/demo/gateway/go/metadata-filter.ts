import type { FieldCondition, Filter } from '../../../corpus/types.ts';

/** A condition on the label column of `fields`, with the values of its placeholders in order. */
export interface FilterSql {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

/**
 * A metadata filter as SQL that selects the labels of one collection (its key is the first parameter
 * of each part). Values are stored in a column of their own type, so nothing is converted:
 * `1`, `"1"` and `true` are three things, and a null, missing or array field matches nothing.
 */
export function labelFilterSql(collection: number, filter: Filter): FilterSql {
  const parts = Object.entries(filter).map(([field, condition]) => {
    const { sql, parameters } = conditionSql(condition);
    return {
      sql: `SELECT label FROM fields WHERE collection = ? AND name = ? AND ${sql}`,
      parameters: [collection, field, ...parameters],
    };
  });
  return {
    sql: parts.map(({ sql }) => sql).join(' INTERSECT '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

type Scalar = string | number | boolean;

/** The column that holds values of a type, and the value as it stands there. */
export function fieldColumn(value: Scalar): { column: string; stored: string | number } {
  switch (typeof value) {
    case 'string':
      return { column: 'text_value', stored: value };
    case 'number':
      return { column: 'number_value', stored: value };
    default:
      return { column: 'boolean_value', stored: value ? 1 : 0 };
  }
}

function conditionSql(condition: FieldCondition): FilterSql {
  if (typeof condition !== 'object') return comparison('=', condition);
  if ('in' in condition) {
    if (condition.in.length === 0) return { sql: '0', parameters: [] };
    const parts = condition.in.map((value) => comparison('=', value));
    return {
      sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`,
      parameters: parts.flatMap(({ parameters }) => parameters),
    };
  }
  const parts = [
    ...(condition.gte === undefined ? [] : [comparison('>=', condition.gte)]),
    ...(condition.lte === undefined ? [] : [comparison('<=', condition.lte)]),
  ];
  return {
    sql: parts.length === 0 ? '1' : parts.map(({ sql }) => sql).join(' AND '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

function comparison(operator: '=' | '>=' | '<=', value: Scalar): FilterSql {
  const { column, stored } = fieldColumn(value);
  return { sql: `${column} ${operator} ?`, parameters: [stored] };
}
