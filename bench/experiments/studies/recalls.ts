import { tieAwareRecallAtK } from '../../../src/metrics/ranking/tie-aware-recall.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { exactScorer, exactTopK } from '../../../src/truth/exact.ts';
import type { TruthList } from '../../../src/truth/types.ts';

/** Exact cosine lists of a study's queries, and what any list is worth against them. */
export interface ExactAnswers {
  readonly lists: readonly TruthList[];
  /** Tie-aware recall@k of one answer a query. */
  readonly recallsOf: (answers: readonly (readonly string[])[]) => (number | null)[];
  /** The best of some documents by their exact cosines: what rescoring returns. */
  readonly rescored: (answers: readonly (readonly string[])[]) => string[][];
}

/**
 * Searches a collection exactly.
 * @param allowed one byte a document, non-zero where it may be found; null allows all
 */
export async function exactAnswers(
  documents: VectorTable,
  queries: VectorTable,
  k: number,
  allowed: Uint8Array | null = null,
): Promise<ExactAnswers> {
  const { lists } = await exactTopK({ documents, queries, kPrime: k, allowed: () => allowed });
  const score = exactScorer(documents, queries);
  return {
    lists,
    recallsOf: (answers) =>
      answers.map(
        (keys, query) =>
          tieAwareRecallAtK(keys, k, lists[query]?.scores ?? [], (key) => score(query, key)).recall,
      ),
    rescored: (answers) =>
      answers.map((keys, query) =>
        keys
          .map((key) => ({ key, score: score(query, key) ?? -1 }))
          .sort((a, b) => b.score - a.score)
          .slice(0, k)
          .map(({ key }) => key),
      ),
  };
}
