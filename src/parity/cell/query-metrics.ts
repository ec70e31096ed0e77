import type { Judgments } from '../../corpus/types.ts';
import type { ListReference } from '../../metrics/list-metrics.ts';
import { type Metric, metricsAt, scoreList } from '../../metrics/metric.ts';
import { type OwnMetric, ownFamily } from '../../metrics/own-metric.ts';
import { exactTies } from '../../metrics/ranking/expected-over-ties.ts';
import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { tieGroups } from '../../metrics/ranking/tie-groups.ts';
import type { Arm, Observation } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { QueryAnswers } from './answers.ts';
import { type LevelPair, type QueryScores, SIDE_PAIRS } from './by-need.ts';

/** One metric with its value for every query. */
export interface MetricScores {
  readonly metric: Metric;
  readonly scores: readonly QueryScores[];
}

/** The answers of some arms to one query, so far as metrics look at them. */
export interface ScoredAnswers {
  readonly query: Pick<QueryAnswers['query'], 'id' | 'need' | 'cluster'>;
  readonly arms: Readonly<
    Partial<
      Record<
        Arm,
        {
          readonly observation: Pick<Observation, 'outcome'>;
          /** Null where there was no usable answer. */
          readonly keys: readonly string[] | null;
        }
      >
    >
  >;
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
    return { metric, scores: scoreQueries(answers, metric, references, score) };
  });
  return [...ofPackage, ...others];
}

/** Scores a list to a depth; null where the metric is undefined for the query. */
type ScoreOf = (list: readonly string[], depth: number, reference: ListReference) => number | null;

/**
 * Scores one metric for every query and arm: a failed request is served 0 wherever the metric is defined. Lists that
 * lack rows are compared beside that at the depth that both sides of a pair reach.
 */
export function scoreQueries(
  answers: readonly ScoredAnswers[],
  metric: Metric,
  references: References,
  scoreOf: ScoreOf = (list, depth, reference) => scoreList({ ...metric, depth }, list, reference),
): QueryScores[] {
  return answers.map(({ query, arms }) => {
    const reference = references(query.id);
    const due = rowsDue(reference, metric.depth);
    const served: Partial<Record<Arm, number | null>> = {};
    const answered: Partial<Record<Arm, boolean>> = {};
    const empty: Partial<Record<Arm, true>> = {};
    for (const [arm, answer] of Object.entries(arms) as [Arm, NonNullable<typeof arms.A>][]) {
      // Asked to come later: the pace of the client, and no answer of either side.
      if (answer.observation.outcome === 'throttled') continue;
      answered[arm] = answer.keys !== null;
      served[arm] = scoreOf(answer.keys ?? [], metric.depth, reference);
      if (answer.keys?.length === 0 && due > 0) empty[arm] = true;
    }
    const level = levelPairs(arms, due, (list, depth) => scoreOf(list, depth, reference));
    return {
      queryId: query.id,
      need: query.need,
      cluster: query.cluster ?? null,
      served,
      answered,
      ...(Object.keys(empty).length === 0 ? {} : { empty }),
      ...(Object.keys(level).length === 0 ? {} : { level }),
    };
  });
}

/** Rows that an answer of a depth has to have, so far as truth or judgments tell. */
export function rowsDue({ exact, grades }: ListReference, depth: number): number {
  const known = exact.keys.length > 0 ? exact.keys.length : hasRelevant(grades) ? 1 : 0;
  return Math.min(depth, known);
}

/** Whether two answers show nothing of each other: neither has a row though there are documents to find. */
export function showNothing(
  one: readonly unknown[],
  other: readonly unknown[],
  reference: ListReference,
  depth: number,
): boolean {
  return one.length + other.length === 0 && rowsDue(reference, depth) > 0;
}

function hasRelevant(grades: ReadonlyMap<string, number>): boolean {
  return [...grades.values()].some((grade) => grade > 0);
}

function levelPairs(
  arms: ScoredAnswers['arms'],
  due: number,
  scoreOf: (list: readonly string[], depth: number) => number | null,
): Partial<Record<Arm, LevelPair>> {
  const level: Partial<Record<Arm, LevelPair>> = {};
  for (const [one, other] of SIDE_PAIRS) {
    const [own, its] = [arms[one]?.keys ?? [], arms[other]?.keys ?? []];
    const depth = Math.min(own.length, its.length);
    if (depth === 0 || depth >= due) continue;
    const [incumbent, candidate] = [scoreOf(own, depth), scoreOf(its, depth)];
    level[one] = {
      difference: incumbent === null || candidate === null ? null : candidate - incumbent,
      incumbentIsShort: own.length < due,
    };
  }
  return level;
}
