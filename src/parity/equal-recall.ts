import type { DocumentIndex } from '../corpus/document-index.ts';
import type { Query } from '../corpus/types.ts';
import { recallAt } from '../metrics/metric.ts';
import type { Arm, Observation, Side } from '../record/types.ts';
import type { TruthLookup } from '../truth/types.ts';
import { answersOfRows } from './cell/answers.ts';
import { type CLAIMS, FIRST_PAIR, pairedDifference, type QueryScores } from './cell/by-need.ts';
import { figureByNeed, sideFigure } from './cell/quality.ts';
import { queryReferences, scoreQueries } from './cell/query-metrics.ts';
import type { EqualRecallFinding, MeanFigure } from './findings.ts';

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

/**
 * Whether both sides have equal recall at the efforts that were found, on needs that were not used to find them: over
 * what both gave either way, and as served so far as the candidate loses by it. What the incumbent did not give credits
 * nobody.
 */
export function equalRecallFinding(input: EqualRecallInput): EqualRecallFinding {
  const { target, ofIncumbent, cell, k, sides, checked, queries, index, truth } = input;
  const answers = answersOfRows(
    [...armOf('A', checked.incumbent), ...armOf('B', checked.candidate)],
    queries,
    index,
  );
  const scores = scoreQueries(answers, recallAt(k), queryReferences(truth, new Map()));
  const compared = {
    level: differenceOf(scores, 'level'),
    served: differenceOf(scores, 'served'),
  };
  const [level, served] = [stateOf(compared.level), stateAsServed(compared.served)];
  const isServed = RANK[served] > RANK[level];
  const side = (name: Side, arm: Arm) => ({
    ...sides[name],
    recall: sideFigure(scores, [arm]),
  });
  return {
    target,
    ofIncumbent,
    cell,
    k,
    incumbent: side('incumbent', 'A'),
    candidate: side('candidate', 'B'),
    difference: isServed ? compared.served : compared.level,
    tolerance: EQUAL_RECALL_TOLERANCE,
    state: isServed ? served : level,
  };
}

const RANK = { equal: 0, 'not shown': 1, unequal: 2 } as const;

/** Either side may be the incumbent: the arm says which. */
function armOf(arm: Arm, rows: readonly Observation[]): Observation[] {
  return rows.map((row) => ({ ...row, arm }));
}

function differenceOf(scores: readonly QueryScores[], claim: (typeof CLAIMS)[number]): MeanFigure {
  return figureByNeed(
    scores.map((entry) => ({
      need: entry.need,
      value: pairedDifference(entry, FIRST_PAIR, claim),
    })),
    -1,
  );
}

function stateOf({ lower, upper }: MeanFigure): EqualRecallFinding['state'] {
  if (lower === null || upper === null) return 'not shown';
  if (lower > -EQUAL_RECALL_TOLERANCE && upper < EQUAL_RECALL_TOLERANCE) return 'equal';
  const isApart = lower >= EQUAL_RECALL_TOLERANCE || upper <= -EQUAL_RECALL_TOLERANCE;
  return isApart ? 'unequal' : 'not shown';
}

/** Failed requests and empty lists of the candidate make it unequal, those of the incumbent make nothing equal. */
function stateAsServed({ lower, upper }: MeanFigure): EqualRecallFinding['state'] {
  if (lower === null || upper === null) return 'not shown';
  if (lower > -EQUAL_RECALL_TOLERANCE) return 'equal';
  return upper <= -EQUAL_RECALL_TOLERANCE ? 'unequal' : 'not shown';
}
