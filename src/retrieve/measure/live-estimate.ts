import { documentIndex } from '../../corpus/document-index.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import { averageByNeed } from '../../parity/cell/by-need.ts';
import { figure } from '../../parity/cell/quality.ts';
import type { BlockKey } from '../../record/block.ts';
import type { Observation } from '../../record/types.ts';
import { intervalText, numberText } from '../../report/numbers.ts';
import { bounds, difference } from '../../report/spans.ts';
import type { TruthLookup } from '../../truth/types.ts';

/** Follows the recall gate of each cell while a run goes on; a glance, not the verdict. */
export interface LiveEstimate {
  /** Takes in a finished block; gives a remark once both sides answered something, else null. */
  readonly add: (key: BlockKey, rows: readonly Observation[]) => string | null;
}

/** Estimates recall@k of candidate − incumbent from the arms A and B of the quality blocks so far. */
export function liveEstimate(
  corpus: Pick<Corpus, 'collections' | 'queries'>,
  truth: TruthLookup,
  k: number,
): LiveEstimate {
  const index = documentIndex(corpus.collections);
  const queries = new Map(corpus.queries.map((query) => [query.id, query]));
  const served = new Map<string, { readonly need: string; A?: number; B?: number }>();
  const recall = (query: Query, row: Observation): number | null =>
    row.outcome === 'ok'
      ? tieAwareRecallAtK(
          index.placesOf(row, query.collections),
          k,
          truth.list(query.id)?.scores ?? [],
          (key) => truth.exactScore(query.id, key),
        ).recall
      : 0;
  return {
    add: (block, rows) => {
      if (block.phase !== 'quality' || (block.arm !== 'A' && block.arm !== 'B')) return null;
      for (const row of rows) {
        const query = queries.get(row.queryId);
        const value = query === undefined ? null : recall(query, row);
        if (query === undefined || value === null) continue;
        const entry = served.get(`${row.cell} ${query.id}`) ?? {
          need: `${row.cell} ${query.need}`,
        };
        entry[block.arm] = value;
        served.set(`${row.cell} ${query.id}`, entry);
      }
      const both = [...served.values()].filter(({ need }) => need.startsWith(`${block.cell} `));
      const estimate = figure(
        averageByNeed(
          both.map(({ need, A, B }) => ({
            need,
            value: A === undefined || B === undefined ? null : B - A,
          })),
        ),
        -1,
        0,
      );
      if (estimate.mean === null || estimate.lower === null || estimate.upper === null) return null;
      const mean = numberText(difference(estimate.mean));
      const interval = intervalText(bounds(estimate.lower, estimate.upper));
      return `${block.cell} recall@${k} Δ ${mean} ${interval} over ${estimate.n} needs`;
    },
  };
}
