import type { DocumentIndex } from '../corpus/document-index.ts';
import type { Query } from '../corpus/types.ts';
import type { Observation, Side } from '../record/types.ts';
import type { TruthLookup } from '../truth/types.ts';
import { averageByNeed } from './cell/by-need.ts';
import { figure } from './cell/quality.ts';
import { servedRecall } from './cell/served-recall.ts';
import type { EqualRecallFinding } from './findings.ts';

/** Recalls that lie this close, with 95% confidence either way, are called equal. */
export const EQUAL_RECALL_TOLERANCE = 0.02;

/** What was set before measuring, with the answers that it was checked by. */
export interface EqualRecallInput
  extends Pick<EqualRecallFinding, 'target' | 'ofIncumbent' | 'cell' | 'k'> {
  readonly sides: Readonly<
    Record<Side, Pick<EqualRecallFinding['incumbent'], 'effort' | 'effortName' | 'isEnough'>>
  >;
  /** The answers to the needs that efforts were not tried on. */
  readonly checked: Readonly<Record<Side, readonly Observation[]>>;
  readonly queries: readonly Query[];
  readonly index: DocumentIndex;
  readonly truth: TruthLookup;
}

/** Whether both sides have equal recall at the efforts that were found, on needs that were not used to find them. */
export function equalRecallFinding(input: EqualRecallInput): EqualRecallFinding {
  const { target, ofIncumbent, cell, k, sides, checked, queries } = input;
  const recalls = {
    // That the incumbent failed a query, or both did, is no equal recall.
    incumbent: recallsOf(
      checked.incumbent.filter(({ outcome }) => outcome === 'ok'),
      input,
    ),
    candidate: recallsOf(checked.candidate, input),
  };
  const paired = queries.flatMap(({ id, need }) => {
    const [a, b] = [recalls.incumbent.get(id), recalls.candidate.get(id)];
    return a == null || b == null ? [] : [{ need, value: b - a }];
  });
  const difference = figure(averageByNeed(paired), -1, 0);
  const side = (name: Side) => ({
    ...sides[name],
    recall: figure(
      averageByNeed(
        queries.map(({ id, need }) => ({ need, value: recalls[name].get(id) ?? null })),
      ),
      0,
      0,
    ),
  });
  return {
    target,
    ofIncumbent,
    cell,
    k,
    incumbent: side('incumbent'),
    candidate: side('candidate'),
    difference,
    tolerance: EQUAL_RECALL_TOLERANCE,
    state: stateOf(difference),
  };
}

function stateOf({ lower, upper }: EqualRecallFinding['difference']): EqualRecallFinding['state'] {
  if (lower === null || upper === null) return 'not shown';
  if (lower > -EQUAL_RECALL_TOLERANCE && upper < EQUAL_RECALL_TOLERANCE) return 'equal';
  const isApart = lower >= EQUAL_RECALL_TOLERANCE || upper <= -EQUAL_RECALL_TOLERANCE;
  return isApart ? 'unequal' : 'not shown';
}

function recallsOf(
  rows: readonly Observation[],
  { queries, k, index, truth }: EqualRecallInput,
): Map<string, number | null> {
  const byId = new Map(queries.map((query) => [query.id, query]));
  return new Map(
    rows.flatMap((row): [string, number | null][] => {
      const query = byId.get(row.queryId);
      if (query === undefined) return [];
      return [[row.queryId, servedRecall(row, query, { k, index, truth }).recall]];
    }),
  );
}
