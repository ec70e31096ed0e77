import type { Filter } from '../../corpus/types.ts';
import { type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter in Meilisearch's language. @throws UnsupportedRequestError for what it cannot express */
export function meilisearchFilter(filter: Filter): string {
  return filterConditions(filter)
    .flatMap((condition) => {
      const field = quoted(condition.field);
      if (condition.kind === 'equals') return [`${field} = ${literal(condition.value)}`];
      if (condition.kind === 'in')
        return [`${field} IN [${condition.values.map(literal).join(', ')}]`];
      const { gte, lte } = condition;
      return [
        ...(gte === null ? [] : [`${field} >= ${gte}`]),
        ...(lte === null ? [] : [`${field} <= ${lte}`]),
      ];
    })
    .join(' AND ');
}

function literal(value: FilterValue): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
