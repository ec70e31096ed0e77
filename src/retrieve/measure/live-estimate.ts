import { documentIndex } from '../../corpus/document-index.ts';
import type { Corpus } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { recallAt } from '../../metrics/metric.ts';
import { type Answer, answerOfRow } from '../../parity/cell/answers.ts';
import { FIRST_PAIR, pairedDifference } from '../../parity/cell/by-need.ts';
import { figureByNeed } from '../../parity/cell/quality.ts';
import { queryReferences, scoreQueries } from '../../parity/cell/query-metrics.ts';
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

/** What is known of one query of one cell. */
interface Watched {
  readonly need: string;
  A?: Answer;
  B?: Answer;
  /** Candidate − incumbent once both sides have answered; null where the pair has no value. */
  value?: number | null;
}

/**
 * Estimates recall@k of candidate − incumbent from the arms A and B of the quality blocks so far, by the rule of the
 * report: what the incumbent does not give credits nobody, and is counted.
 */
export function liveEstimate(
  corpus: Pick<Corpus, 'collections' | 'queries'>,
  truth: TruthLookup,
  k: number,
): LiveEstimate {
  const index = documentIndex(corpus.collections);
  const queries = new Map(corpus.queries.map((query) => [query.id, query]));
  const references = queryReferences(truth, new Map());
  const cells = new Map<string, Map<string, Watched>>();
  return {
    add: (block, rows) => {
      const { arm } = block;
      if (block.phase !== 'quality' || (arm !== 'A' && arm !== 'B')) return null;
      const cell = cells.get(block.cell) ?? new Map<string, Watched>();
      cells.set(block.cell, cell);
      for (const row of rows) {
        const query = queries.get(row.queryId);
        if (query === undefined) continue;
        const entry: Watched = cell.get(query.id) ?? { need: query.need };
        cell.set(query.id, entry);
        entry[arm] = answerOfRow(row, query, index);
        const { A, B } = entry;
        if (A === undefined || B === undefined) continue;
        const [scores] = scoreQueries([{ query, arms: { A, B } }], recallAt(k), references);
        entry.value =
          scores === undefined ? null : pairedDifference(scores, FIRST_PAIR, 'uncredited');
        delete entry.A;
        delete entry.B;
      }
      const paired = [...cell.values()].flatMap(({ need, value }) =>
        value === undefined ? [] : [{ need, value }],
      );
      const estimate = figureByNeed(paired, -1);
      if (estimate.mean === null || estimate.lower === null || estimate.upper === null) return null;
      const mean = numberText(difference(estimate.mean));
      const interval = intervalText(bounds(estimate.lower, estimate.upper));
      const without =
        estimate.undefinedCount === 0
          ? ''
          : `, ${counted(estimate.undefinedCount, 'query', 'queries')} without a value`;
      return `${block.cell} recall@${k} Δ ${mean} ${interval} over ${counted(estimate.n, 'need')}${without}`;
    },
  };
}
