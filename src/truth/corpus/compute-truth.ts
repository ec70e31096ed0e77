import { storedKey } from '../../corpus/document-key.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import { type ExactScore, exactScorer, exactTopK } from '../exact.ts';
import { longestSquareOf, type MetricSpace, metricSpace } from '../metric-space.ts';
import type { Elsewhere } from '../plan/planned-search.ts';
import type { TruthList, TruthLookup } from '../types.ts';
import { rowFilter } from './allowed-rows.ts';
import { mostExcluded, withoutExcluded } from './excluded.ts';
import { searchElsewhere } from './search-elsewhere.ts';

/** Exact lists and scores of a set of questions over a corpus. */
export interface ComputedTruth extends TruthLookup {
  /** The rows that were searched: the metric's. */
  readonly space: MetricSpace;
  /** One list a row of the query table, in its order. */
  readonly lists: readonly TruthList[];
  readonly zeroDocuments: readonly string[];
  readonly zeroQueries: readonly string[];
  /** Why faster engines could not be used, a clause each. */
  readonly passedOver: readonly string[];
}

/** Least length of an exact list: deep enough to explain what stands beyond k. */
export function kPrimeFor(k: number): number {
  return Math.max(4 * k, 50);
}

/** Documents and queries with one vector each (rows named by id), searched to rank k. */
interface TruthInput {
  readonly corpus: Pick<Corpus, 'collections' | 'metric'>;
  readonly queries: readonly Pick<Query, 'id' | 'collections' | 'filter' | 'excluded'>[];
  readonly documents: VectorTable;
  readonly vectors: VectorTable;
  readonly k: number;
  readonly signal?: AbortSignal | undefined;
  /** Where the search is carried out; by default in this process. */
  readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Computes exact truth by the corpus's metric for queries over the union of their collections, restricted by their
 * filters, without the documents that are no answer to them.
 *
 * @param documents vectors of the incumbent; ids are `collection/id`
 * @param vectors one row a query that has a vector; ids are query ids
 */
export async function computeTruth({
  corpus,
  queries,
  documents,
  vectors,
  k,
  signal,
  elsewhere,
}: TruthInput): Promise<ComputedTruth> {
  const space = metricSpace(corpus.metric ?? 'cosine', longestSquareOf(documents));
  const inSpace = { documents: space.documents(documents), queries: space.queries(vectors) };
  const byId = new Map(queries.map((query) => [query.id, query]));
  const queryAt = (row: number) => byId.get(vectors.ids[row] ?? '');
  const rowOf = new Map(vectors.ids.map((id, row) => [id, row]));
  const allowed = rowFilter(corpus)(documents.ids);
  const maskOf = (row: number): Uint8Array | null => {
    const query = queryAt(row);
    return query === undefined ? null : allowed(query);
  };
  const kPrime = kPrimeFor(k) + mostExcluded(queries);
  const result =
    elsewhere === undefined || vectors.ids.length === 0
      ? await exactTopK({
          ...inSpace,
          kPrime,
          allowed: maskOf,
          ...(signal === undefined ? {} : { signal }),
        })
      : await searchElsewhere({ corpus, documents, vectors, space, kPrime, queryAt }, elsewhere);
  const score: ExactScore = exactScorer(inSpace.documents, inSpace.queries);
  const documentRow = new Map<string, number>(documents.ids.map((key, row) => [key, row]));
  const isAllowed = (row: number, key: string): boolean => {
    const at = documentRow.get(key);
    return at !== undefined && maskOf(row)?.[at] !== 0;
  };
  const lists = result.lists.map((list, row) =>
    withoutExcluded(list, queryAt(row) ?? {}, (key) => isAllowed(row, key)),
  );
  return {
    space,
    lists,
    zeroDocuments: result.zeroDocuments,
    zeroQueries: result.zeroQueries,
    passedOver: (result.passedOver ?? []).map(({ why }) => why),
    list: (queryId) => {
      const row = rowOf.get(queryId);
      return row === undefined ? null : (lists[row] ?? null);
    },
    exactScore: (queryId, key) => {
      const row = rowOf.get(queryId);
      if (row === undefined || !isAllowed(row, key)) return null;
      return queryAt(row)?.excluded?.includes(storedKey(key)) === true ? null : score(row, key);
    },
  };
}
