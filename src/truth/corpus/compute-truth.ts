import type { Corpus, Query } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import { type ExactScore, exactScorer, exactTopK } from '../exact.ts';
import type { TruthList, TruthLookup } from '../types.ts';
import { rowFilter } from './allowed-rows.ts';

/** Exact lists and scores of a set of questions over a corpus. */
export interface ComputedTruth extends TruthLookup {
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

/**
 * Computes exact cosine truth for queries over the union of their collections, restricted by their filters.
 *
 * @param documents vectors of the incumbent; ids are `collection/id`
 * @param vectors one row a query that has a vector; ids are query ids
 */
export async function computeTruth(
  corpus: Pick<Corpus, 'collections'>,
  queries: readonly Pick<Query, 'id' | 'collections' | 'filter'>[],
  documents: VectorTable,
  vectors: VectorTable,
  k: number,
  signal?: AbortSignal,
): Promise<ComputedTruth> {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const rowOf = new Map(vectors.ids.map((id, row) => [id, row]));
  const allowed = rowFilter(corpus)(documents.ids);
  const maskOf = (row: number): Uint8Array | null => {
    const query = byId.get(vectors.ids[row] ?? '');
    return query === undefined ? null : allowed(query);
  };
  const result = await exactTopK({
    documents,
    queries: vectors,
    kPrime: kPrimeFor(k),
    allowed: maskOf,
    ...(signal === undefined ? {} : { signal }),
  });
  const score: ExactScore = exactScorer(documents, vectors);
  const documentRow = new Map(documents.ids.map((key, row) => [key, row]));
  return {
    lists: result.lists,
    zeroDocuments: result.zeroDocuments,
    zeroQueries: result.zeroQueries,
    passedOver: (result.passedOver ?? []).map(({ why }) => why),
    list: (queryId) => {
      const row = rowOf.get(queryId);
      return row === undefined ? null : (result.lists[row] ?? null);
    },
    exactScore: (queryId, key) => {
      const row = rowOf.get(queryId);
      const at = documentRow.get(key);
      if (row === undefined || at === undefined) return null;
      const mask = maskOf(row);
      return mask !== null && mask[at] === 0 ? null : score(row, key);
    },
  };
}
