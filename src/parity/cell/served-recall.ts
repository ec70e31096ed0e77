import type { DocumentIndex } from '../../corpus/document-index.ts';
import type { Query } from '../../corpus/types.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { Observation } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import { answersWithoutExcluded } from './excluded.ts';

/** Recall of one answer. */
export interface ServedRecall {
  /** Tie-aware; a failed request scores 0. Null where the query has no truth. */
  readonly recall: number | null;
  /** Whether fewer rows came back than there are documents to find. */
  readonly isShort: boolean;
}

/** Tie-aware recall at depth k of one answer as it was served. */
export function servedRecall(
  row: Observation,
  query: Query,
  {
    k,
    index,
    truth,
  }: { readonly k: number; readonly index: DocumentIndex; readonly truth: TruthLookup },
): ServedRecall {
  const exact = truth.list(query.id);
  if (exact === null) return { recall: null, isShort: false };
  const isOk = row.outcome === 'ok';
  const keys = isOk
    ? answersWithoutExcluded(row, index.placesOf(row, query.collections), query).keys
    : [];
  const { recall } = tieAwareRecallAtK<string>(keys, k, exact.scores, (key) =>
    truth.exactScore(query.id, key),
  );
  return { recall, isShort: isOk && keys.length < Math.min(k, exact.allowedCount) };
}
