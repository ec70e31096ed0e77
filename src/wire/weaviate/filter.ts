import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter as the `where` of GraphQL. @throws UnsupportedRequestError for what it cannot express */
export function weaviateFilter(filter: Filter): string {
  const operands = filterConditions(filter).flatMap((condition) => {
    const path = pathOf(condition.field);
    if (condition.kind === 'equals') return [clause(path, 'Equal', condition.value)];
    if (condition.kind === 'in') return [anyOf(path, condition.values)];
    const { gte, lte } = condition;
    return [
      ...(gte === null ? [] : [clause(path, 'GreaterThanEqual', gte)]),
      ...(lte === null ? [] : [clause(path, 'LessThanEqual', lte)]),
    ];
  });
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only;
  return `{operator: And, operands: [${operands.join(', ')}]}`;
}

const VALUE = { string: 'valueText', number: 'valueNumber', boolean: 'valueBoolean' } as const;

function clause(path: string, operator: string, value: FilterValue): string {
  const name = VALUE[typeof value as keyof typeof VALUE];
  return `{path: [${path}], operator: ${operator}, ${name}: ${JSON.stringify(value)}}`;
}

function anyOf(path: string, values: readonly FilterValue[]): string {
  const each = [...Map.groupBy(values, (value) => typeof value)].map(([type, same]) => {
    const name = VALUE[type as keyof typeof VALUE];
    return `{path: [${path}], operator: ContainsAny, ${name}: ${JSON.stringify(same)}}`;
  });
  const [only = ''] = each;
  return each.length === 1 ? only : `{operator: Or, operands: [${each.join(', ')}]}`;
}

function pathOf(field: string): string {
  if (/^[_A-Za-z]\w*$/.test(field)) return JSON.stringify(field);
  throw new UnsupportedRequestError(`filter on ${field}: a name of letters, digits and _ alone`);
}
