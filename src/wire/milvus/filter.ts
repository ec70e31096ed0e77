import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { type FilterValue, filterConditions } from '../engine/conditions.ts';

/** A filter in Milvus's language. @throws UnsupportedRequestError for what it cannot express */
export function milvusFilter(filter: Filter): string {
  return filterConditions(filter)
    .flatMap((condition) => {
      const { field } = condition;
      if (!/^[_A-Za-z]\w*$/.test(field)) {
        throw new UnsupportedRequestError(`filter on ${field}: letters, digits and _ alone`);
      }
      if (condition.kind === 'equals') return [`${field} == ${literal(condition.value)}`];
      if (condition.kind === 'in')
        return [`${field} in [${condition.values.map(literal).join(', ')}]`];
      const { gte, lte } = condition;
      return [
        ...(gte === null ? [] : [`${field} >= ${gte}`]),
        ...(lte === null ? [] : [`${field} <= ${lte}`]),
      ];
    })
    .join(' and ');
}

/** A text in double quotes. */
export function quotedText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function literal(value: FilterValue): string {
  return typeof value === 'string' ? quotedText(value) : String(value);
}
