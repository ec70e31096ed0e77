import type { Judgments } from '../../corpus/types.ts';
import type { ListReference } from '../../metrics/list-metrics.ts';
import { type Metric, metricsAt, scoreList } from '../../metrics/metric.ts';
import { type OwnMetric, ownFamily } from '../../metrics/own-metric.ts';
import { exactTies } from '../../metrics/ranking/expected-over-ties.ts';
import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { tieGroups } from '../../metrics/ranking/tie-groups.ts';
import type { Arm } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { QueryAnswers } from './answers.ts';
import type { QueryScores } from './by-need.ts';

/** One metric with its value for every query. */
export interface MetricScores {
  readonly metric: Metric;
  readonly scores: readonly QueryScores[];
}

/** What the answers to a query are held against. */
export type References = (queryId: string) => ListReference;

/** The reference of each query, made once and kept. */
export function queryReferences(truth: TruthLookup, judgments: Judgments): References {
  const known = new Map<string, ListReference>();
  return (queryId) => {
    const before = known.get(queryId);
    if (before !== undefined) return before;
    const exact = truth.list(queryId) ?? { keys: [], scores: [] };
    const groups = tieGroups(exact.keys, exact.scores, TIE_EPSILON);
    const made: ListReference = {
      exact,
      exactScore: (key) => truth.exactScore(queryId, key),
      ties: exactTies(groups),
      nearest: groups[0] ?? [],
      grades: judgments.get(queryId) ?? new Map(),
    };
    known.set(queryId, made);
    return made;
  };
}

/** Every metric of lists of k rows, for every query and arm. */
export function scoreAnswers(
  answers: readonly QueryAnswers[],
  k: number,
  references: References,
  source: 'exact' | 'judgments' = 'exact',
  own: readonly OwnMetric[] = [],
): MetricScores[] {
  const ofPackage = metricsAt(k, source).map((metric) => ({
    metric,
    scores: scoreQueries(answers, metric, references),
  }));
  const others = own.map(({ name, truth, score }): MetricScores => {
    const metric = { family: ownFamily(name), depth: k, truth };
    const scoreOf: ScoreOf = (list, reference) => score(list, k, reference);
    return { metric, scores: scoreQueries(answers, metric, references, scoreOf) };
  });
  return [...ofPackage, ...others];
}

type ScoreOf = (list: readonly string[], reference: ListReference) => number | null;

/** Scores one metric for every query and arm: a failed request is served 0 wherever the metric is defined. */
export function scoreQueries(
  answers: readonly QueryAnswers[],
  metric: Metric,
  references: References,
  scoreOf: ScoreOf = (list, reference) => scoreList(metric, list, reference),
): QueryScores[] {
  return answers.map(({ query, arms }) => {
    const reference = references(query.id);
    const served: Partial<Record<Arm, number | null>> = {};
    const answered: Partial<Record<Arm, boolean>> = {};
    for (const [arm, answer] of Object.entries(arms) as [Arm, NonNullable<typeof arms.A>][]) {
      // Asked to come later: the pace of the client, and no answer of either side.
      if (answer.observation.outcome === 'throttled') continue;
      answered[arm] = answer.keys !== null;
      served[arm] = scoreOf(answer.keys ?? [], reference);
    }
    return {
      queryId: query.id,
      need: query.need,
      cluster: query.cluster ?? null,
      served,
      answered,
    };
  });
}
