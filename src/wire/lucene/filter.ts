import type { Filter } from '../../corpus/types.ts';
import { ends, filterConditions } from '../engine/conditions.ts';

/** A filter as clauses of a bool query. @throws UnsupportedRequestError for what it cannot express */
export function luceneFilter(filter: Filter): object[] {
  return filterConditions(filter).map((condition) => {
    const { field } = condition;
    if (condition.kind === 'equals') return { term: { [field]: condition.value } };
    if (condition.kind === 'in') return { terms: { [field]: condition.values } };
    return { range: { [field]: ends(condition, 'gte', 'lte') } };
  });
}
