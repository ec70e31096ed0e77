import type { Filter } from '../../corpus/types.ts';
import { ends, filterConditions } from './conditions.ts';

/**
 * `{field: {"$eq": …}}`, as Chroma, Pinecone and MongoDB write a filter: several conditions are below `$and`, and one
 * alone is not.
 * @throws UnsupportedRequestError for what it cannot express
 */
export function dollarFilter(filter: Filter): object {
  const clauses = filterConditions(filter).flatMap((condition): object[] => {
    const { field } = condition;
    if (condition.kind === 'equals') return [{ [field]: { $eq: condition.value } }];
    if (condition.kind === 'in') return [anyOf(field, condition.values)];
    return Object.entries(ends(condition, '$gte', '$lte')).map(([operator, bound]) => ({
      [field]: { [operator]: bound },
    }));
  });
  const [only] = clauses;
  return clauses.length === 1 && only !== undefined ? only : { $and: clauses };
}

/** A list of one type is one condition; of several types, one condition a type. */
function anyOf(field: string, values: readonly (string | number | boolean)[]): object {
  const byType = Map.groupBy(values, (value) => typeof value);
  const each = [...byType.values()].map((same) => ({ [field]: { $in: same } }));
  const [only] = each;
  return each.length === 1 && only !== undefined ? only : { $or: each };
}
