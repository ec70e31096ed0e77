import type { FieldCondition, Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';

/**
 * A filter as an expression of Redis vector sets; null for an empty one. Redis knows no types: the text "7" equals
 * the number 7, and true equals 1.
 * @throws UnsupportedRequestError for ranges of text, and for names and texts that an expression cannot hold.
 */
export function redisFilter(filter: Filter): string | null {
  const conditions = Object.entries(filter).map(([field, condition]) => {
    if (!/^\w+$/.test(field)) {
      throw new UnsupportedRequestError(
        `filter on ${field}: a name of letters, digits and _ alone`,
      );
    }
    return holds(`.${field}`, field, condition);
  });
  return conditions.length === 0 ? null : conditions.join(' and ');
}

function holds(value: string, field: string, condition: FieldCondition): string {
  if (typeof condition !== 'object') return `${value} == ${literal(condition, field)}`;
  if ('in' in condition) {
    const each = condition.in.map((one) => `${value} == ${literal(one, field)}`);
    return each.length === 0 ? '0 == 1' : `(${each.join(' or ')})`;
  }
  const bounds = [
    { operator: '>=', bound: condition.gte },
    { operator: '<=', bound: condition.lte },
  ].flatMap(({ operator, bound }) => {
    if (bound === undefined) return [];
    if (typeof bound === 'number') return [`${value} ${operator} ${literal(bound, field)}`];
    throw new UnsupportedRequestError(`filter on ${field}: Redis has no ranges of text`);
  });
  return bounds.length === 0 ? `${value} == ${value}` : bounds.join(' and ');
}

function literal(value: string | number | boolean, field: string): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  const quote = value.includes('"') ? "'" : '"';
  if (value.includes(quote) || value.includes('\\')) {
    throw new UnsupportedRequestError(`filter on ${field}: a text with both quotes or a backslash`);
  }
  return `${quote}${value}${quote}`;
}
