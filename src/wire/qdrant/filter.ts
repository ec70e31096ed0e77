import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { type Condition, ends, type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter in Qdrant's form. @throws UnsupportedRequestError for what it cannot express */
export function qdrantFilter(filter: Filter): object {
  return { must: filterConditions(filter).map(clause) };
}

function clause(condition: Condition): object {
  const key = keyOf(condition.field);
  switch (condition.kind) {
    case 'equals':
      return equal(key, condition.value);
    case 'in': {
      const { values } = condition;
      const isOneType = new Set(values.map((value) => typeof value)).size === 1;
      const hasAny = isOneType && values.every(isKeyword);
      if (hasAny) return { key, match: { any: values } };
      return { should: values.map((value) => equal(key, value)) };
    }
    case 'range':
      return { key, range: ends(condition, 'gte', 'lte') };
  }
}

/** A match knows whole numbers only; any other number is a range of one value. */
function equal(key: string, value: FilterValue): object {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return { key, range: { gte: value, lte: value } };
  }
  return { key, match: { value } };
}

function isKeyword(value: FilterValue): boolean {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** A dot, a bracket or a quote would be a path into an object. */
function keyOf(field: string): string {
  if (field !== '' && !/[."[\]]/.test(field)) return field;
  throw new UnsupportedRequestError(`filter on ${field}: a name with a dot, a bracket or a quote`);
}
