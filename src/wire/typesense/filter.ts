import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter in Typesense's language. @throws UnsupportedRequestError for what it cannot express */
export function typesenseFilter(filter: Filter): string {
  return filterConditions(filter)
    .flatMap((condition) => {
      const { field } = condition;
      if (!/^[\w.]+$/.test(field)) {
        throw new UnsupportedRequestError(`filter on ${field}: letters, digits, _ and . alone`);
      }
      if (condition.kind === 'equals') return [`${field}:=${literal(condition.value)}`];
      if (condition.kind === 'in')
        return [`${field}:=[${condition.values.map(literal).join(',')}]`];
      const { gte, lte } = condition;
      return [
        ...(gte === null ? [] : [`${field}:>=${gte}`]),
        ...(lte === null ? [] : [`${field}:<=${lte}`]),
      ];
    })
    .join(' && ');
}

function literal(value: FilterValue): string {
  if (typeof value !== 'string') return String(value);
  if (value.includes('`')) throw new UnsupportedRequestError('filter: a text with a backtick');
  return `\`${value}\``;
}
