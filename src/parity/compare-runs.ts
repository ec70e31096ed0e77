import { documentIndex } from '../corpus/document-index.ts';
import type { Query } from '../corpus/types.ts';
import { isSameMetric, type Metric } from '../metrics/metric.ts';
import { ARMS_OF } from '../record/side-of-arm.ts';
import type { Cell, Side } from '../record/types.ts';
import { answersByQuery } from './cell/answers.ts';
import { averageByNeed, gaveRows, meanOf, type QueryScores, servedMean } from './cell/by-need.ts';
import { figure } from './cell/quality.ts';
import { type MetricScores, queryReferences, scoreAnswers } from './cell/query-metrics.ts';
import type { MeanFigure } from './findings.ts';
import type { ParityInput } from './inputs.ts';

/** One metric of one side in two runs, paired over the queries that both have asked. */
export interface ComparedMetric {
  readonly cell: Cell;
  readonly side: Side;
  readonly metric: Metric;
  /** Depth of the lists in the second run. */
  readonly k: number;
  /** Means over the needs that are paired. */
  readonly first: number | null;
  readonly second: number | null;
  /** Second − first, a mean over needs with one-sided 95% bounds. */
  readonly delta: MeanFigure;
  /** Per need, in order of need id: a failed request and an empty list score 0 in either run. */
  readonly differences: readonly number[];
  /** The same over queries that both runs have rows for; null where it is the same. */
  readonly answeredDifferences: readonly number[] | null;
  readonly gains: number;
  readonly losses: number;
}

/** One query whose value differs between the runs. */
export interface ComparedQuery {
  readonly cell: Cell;
  readonly side: Side;
  readonly metric: Metric;
  readonly queryId: string;
  readonly text: string;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
}

/** Two runs beside each other. */
export interface RunComparison {
  /** Queries that both runs planned with the same id, text, collections and filter. */
  readonly matched: number;
  readonly queriesOfFirst: number;
  readonly queriesOfSecond: number;
  /** Queries with the same id that ask something else. */
  readonly changed: number;
  readonly metrics: readonly ComparedMetric[];
  /** All differences, losses first and the worst of them first, gains last. */
  readonly queries: readonly ComparedQuery[];
}

/** Compares two runs where their queries match; every figure is measured against its own run's truth. */
export function compareRuns(first: ParityInput, second: ParityInput): RunComparison {
  const before = new Map(first.queries.map((query) => [query.id, query]));
  const sameId = second.queries.filter((query) => before.has(query.id));
  const matched = sameId.filter((query) => question(query) === question(before.get(query.id)));
  const compared = first.cells.flatMap(({ cell }) =>
    second.cells.some((entry) => entry.cell === cell)
      ? compareCell(cell, first, second, matched)
      : [],
  );
  return {
    matched: matched.length,
    queriesOfFirst: first.queries.length,
    queriesOfSecond: second.queries.length,
    changed: sameId.length - matched.length,
    metrics: compared.map(({ metric }) => metric),
    queries: compared
      .flatMap(({ queries }) => queries)
      .sort((a, b) => a.difference - b.difference || (a.queryId < b.queryId ? -1 : 1)),
  };
}

/** What a query asks, so that equal questions have equal texts. */
function question(query: Query | undefined): string {
  if (query === undefined) return '';
  return JSON.stringify([query.text, [...query.collections].sort(), query.filter ?? null]);
}

interface Compared {
  readonly metric: ComparedMetric;
  readonly queries: readonly ComparedQuery[];
}

function compareCell(
  cell: Cell,
  first: ParityInput,
  second: ParityInput,
  matched: readonly Query[],
): Compared[] {
  const before = scoresOf(cell, first, matched);
  const after = scoresOf(cell, second, matched);
  const textOf = new Map(matched.map((query) => [query.id, query.text]));
  return after.flatMap(({ metric, scores }) => {
    const same = before.find((entry) => isSameMetric(entry.metric, metric));
    const earlier = new Map(same?.scores.map((entry) => [entry.queryId, entry]));
    if (earlier.size === 0) return [];
    return (['incumbent', 'candidate'] as const).map((side) => {
      const pairs = scores.flatMap((entry) => {
        const old = earlier.get(entry.queryId);
        return old === undefined ? [] : [pairOf(entry, old, side)];
      });
      return summarise({ cell, side, metric, k: second.k }, pairs, textOf);
    });
  });
}

interface ScorePair {
  readonly queryId: string;
  readonly need: string;
  readonly first: number | null;
  readonly second: number | null;
  /** Second − first over answers that hold a row; null where one run has none. */
  readonly given: number | null;
  /** Whether every answer of both runs holds one. */
  readonly isWhole: boolean;
}

/** A query that neither run had a row for has no values: that both failed is no agreement. */
function pairOf(now: QueryScores, old: QueryScores, side: Side): ScorePair {
  const given = (scores: QueryScores) => ARMS_OF[side].filter((arm) => gaveRows(scores, arm));
  const [first, second] = [given(old), given(now)];
  const isAnswered = first.length + second.length > 0;
  const isWhole = first.length + second.length === 2 * ARMS_OF[side].length;
  const [before, after] = [servedMean(old, first), servedMean(now, second)];
  return {
    queryId: now.queryId,
    need: now.need,
    first: isAnswered ? servedMean(old, ARMS_OF[side]) : null,
    second: isAnswered ? servedMean(now, ARMS_OF[side]) : null,
    given: before === null || after === null ? null : after - before,
    isWhole,
  };
}

function summarise(
  place: Pick<ComparedMetric, 'cell' | 'side' | 'metric' | 'k'>,
  pairs: readonly ScorePair[],
  textOf: ReadonlyMap<string, string>,
): Compared {
  const defined = pairs.flatMap(({ queryId, need, first, second }) =>
    first === null || second === null
      ? []
      : [{ queryId, need, first, second, difference: second - first }],
  );
  const byNeed = (key: 'first' | 'second' | 'difference'): number[] =>
    averageByNeed(defined.map((pair) => ({ need: pair.need, value: pair[key] })));
  const differences = byNeed('difference');
  const { cell, side, metric } = place;
  return {
    metric: {
      ...place,
      first: meanOf(byNeed('first')),
      second: meanOf(byNeed('second')),
      delta: figure(differences, -1, pairs.length - defined.length),
      differences,
      answeredDifferences: pairs.every(({ isWhole }) => isWhole)
        ? null
        : averageByNeed(pairs.map(({ need, given }) => ({ need, value: given }))),
      gains: defined.filter(({ difference }) => difference > 0).length,
      losses: defined.filter(({ difference }) => difference < 0).length,
    },
    queries: defined
      .filter(({ difference }) => difference !== 0)
      .map(({ queryId, first, second, difference }) => ({
        cell,
        side,
        metric,
        queryId,
        text: textOf.get(queryId) ?? '',
        first,
        second,
        difference,
      })),
  };
}

/** Every metric of the matched queries that a run has asked. */
function scoresOf(cell: Cell, input: ParityInput, matched: readonly Query[]): MetricScores[] {
  const answers = answersByQuery(
    cell,
    input.observations,
    matched,
    documentIndex(input.collections),
  );
  return scoreAnswers(answers, input.k, queryReferences(input.truth, input.judgments));
}
