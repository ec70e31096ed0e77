import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter as conditions of YQL. @throws UnsupportedRequestError for what it cannot express */
export function vespaFilter(filter: Filter): string {
  return filterConditions(filter)
    .flatMap((condition) => {
      const { field } = condition;
      if (!/^[_A-Za-z]\w*$/.test(field)) {
        throw new UnsupportedRequestError(`filter on ${field}: letters, digits and _ alone`);
      }
      if (condition.kind === 'equals') return [equals(field, condition.value)];
      if (condition.kind === 'in') {
        return [`(${condition.values.map((value) => equals(field, value)).join(' or ')})`];
      }
      const { gte, lte } = condition;
      return [
        ...(gte === null ? [] : [`${field} >= ${gte}`]),
        ...(lte === null ? [] : [`${field} <= ${lte}`]),
      ];
    })
    .join(' and ');
}

function equals(field: string, value: FilterValue): string {
  if (typeof value !== 'string') return `${field} = ${value}`;
  return `${field} contains "${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
