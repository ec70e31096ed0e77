import type { Filter } from '../../corpus/types.ts';
import { filterConditions } from '../engine/conditions.ts';

/** A filter as turbopuffer's nested lists. @throws UnsupportedRequestError for what it cannot express */
export function turbopufferFilter(filter: Filter): unknown[] {
  const clauses = filterConditions(filter).flatMap((condition): unknown[][] => {
    const { field } = condition;
    if (condition.kind === 'equals') return [[field, 'Eq', condition.value]];
    if (condition.kind === 'in') return [[field, 'In', condition.values]];
    const { gte, lte } = condition;
    return [
      ...(gte === null ? [] : [[field, 'Gte', gte]]),
      ...(lte === null ? [] : [[field, 'Lte', lte]]),
    ];
  });
  const [only] = clauses;
  return clauses.length === 1 && only !== undefined ? only : ['And', clauses];
}
