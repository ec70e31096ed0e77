import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import type { VectorQuery } from '../driver/driver.ts';
import { dollarFilter } from '../engine/dollar-filter.ts';
import { SCORES } from '../engine/scores.ts';
import { isPathName, type MongodbCollection, metadataPath } from './options.ts';
import type { SearchIndex } from './search-index.ts';

/** The largest `numCandidates`, and so the most rows of a search that is not exact. */
const MOST_CANDIDATES = 10_000;
/** How many candidates MongoDB advises to look at for each row of the answer. */
const CANDIDATES_FOR_EACH_ROW = 20;

/**
 * The stages of one search: `$vectorSearch`, and the id and the score of each row.
 * @throws UnsupportedRequestError for a filter that it cannot express, and for more rows than it gives.
 */
export function searchStages(
  { vector, k, filter, effort, exact }: VectorQuery,
  options: MongodbCollection,
  { filters }: Pick<SearchIndex, 'filters'>,
): object[] {
  const { index, vectorField, idField } = options;
  const isExact = exact || options.exact;
  if (!isExact && k > MOST_CANDIDATES) {
    throw new UnsupportedRequestError(`gives at most ${MOST_CANDIDATES} rows, not ${k}`);
  }
  const wanted = effort ?? options.effort ?? k * CANDIDATES_FOR_EACH_ROW;
  // It refuses fewer candidates than rows.
  const numCandidates = Math.max(k, Math.min(wanted, MOST_CANDIDATES));
  return [
    {
      $vectorSearch: {
        index,
        path: vectorField,
        queryVector: Array.from(vector),
        limit: k,
        ...(isExact ? { exact: true } : { numCandidates }),
        ...(filter === null ? {} : { filter: vectorSearchFilter(filter, options, filters) }),
      },
    },
    {
      $project: {
        ...(idField === '_id' ? {} : { _id: 0 }),
        [idField]: 1,
        score: { $meta: 'vectorSearchScore' },
      },
    },
  ];
}

function vectorSearchFilter(
  filter: Filter,
  options: MongodbCollection,
  indexed: readonly string[],
): object {
  const byPath = Object.entries(filter).map(([field, condition]) => {
    if (!isPathName(field)) {
      throw new UnsupportedRequestError(`filter on ${field}: a name with a dot, or with $ first`);
    }
    const path = metadataPath(options, field);
    if (indexed.includes(path)) return [path, condition];
    throw new UnsupportedRequestError(
      `filter on ${field}: search index ${options.index} has no field ${path} of type filter`,
    );
  });
  return dollarFilter(Object.fromEntries(byPath));
}

/**
 * From `vectorSearchScore` to the cosine, the dot product, or the negated distance. The scores are Lucene's:
 * (1 + cos) / 2, (1 + dot) / 2 but never below 0, and 1 / (1 + d²). MongoDB's documentation writes 1 / (1 + d) for
 * the last; the source of its search server hands over what Lucene gives.
 */
export const SIMILARITY = {
  ...SCORES.lucene,
  // Not Lucene's greatest inner product, which is another function.
  dot: SCORES.centred.cosine,
};
