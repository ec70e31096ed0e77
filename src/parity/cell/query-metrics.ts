import type { Judgments } from '../../corpus/types.ts';
import {
  type ExactTies,
  exactTies,
  expectedNdcgAtK,
  expectedReciprocalRankAtK,
} from '../../metrics/ranking/expected-over-ties.ts';
import type { Gain } from '../../metrics/ranking/ndcg.ts';
import { recallAtK } from '../../metrics/ranking/recall.ts';
import { TIE_EPSILON, tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import { tieGroups } from '../../metrics/ranking/tie-groups.ts';
import type { Arm } from '../../record/types.ts';
import type { TruthLookup } from '../inputs.ts';
import type { QueryAnswers } from './answers.ts';
import type { QueryScores } from './by-need.ts';

/** A quality metric of one ranked list; null where it is undefined for the query. */
type ListMetric = (queryId: string, keys: readonly string[]) => number | null;

/**
 * The quality metrics of a run in table order, each with its name. Metrics that look at ranks take the expected
 * value over the order of documents whose exact scores are tied: no ranking by the metric could tell them apart.
 */
export function qualityMetrics(
  k: number,
  truth: TruthLookup,
  judgments: Judgments,
): ReadonlyMap<string, ListMetric> {
  const metrics = new Map<string, ListMetric>();
  const recallDepths = [...new Set([1, 5, 10, k])].filter((depth) => depth <= k);
  for (const depth of recallDepths.sort((a, b) => a - b)) {
    metrics.set(
      `recall@${depth}`,
      (id, keys) =>
        tieAwareRecallAtK(keys, depth, truth.list(id)?.scores ?? [], (key) =>
          truth.exactScore(id, key),
        ).recall,
    );
  }
  metrics.set(
    `recall@${k} by id`,
    (id, keys) => recallAtK(truth.list(id)?.keys ?? [], keys, k).recall,
  );
  const grades = (id: string): ReadonlyMap<string, number> => judgments.get(id) ?? new Map();
  const ties = tiesByQuery(truth);
  const ndcg = (id: string, keys: readonly string[], gain: Gain) =>
    expectedNdcgAtK(keys, grades(id), k, ties(id).ties, gain).ndcg;
  metrics.set(`ndcg@${k}`, (id, keys) => ndcg(id, keys, 'linear'));
  metrics.set(`ndcg@${k} exponential`, (id, keys) => ndcg(id, keys, 'exponential'));
  metrics.set(`mrr@${k}`, (id, keys) =>
    expectedReciprocalRankAtK(keys, positive(grades(id)), k, ties(id).ties),
  );
  metrics.set(`mrr@${k} exact`, (id, keys) =>
    expectedReciprocalRankAtK(keys, ties(id).nearest, k, ties(id).ties),
  );
  return metrics;
}

/** The exact ties of each query, and the documents that share its first place; computed once a query. */
function tiesByQuery(
  truth: TruthLookup,
): (queryId: string) => { readonly ties: ExactTies<string>; readonly nearest: readonly string[] } {
  const known = new Map<string, { ties: ExactTies<string>; nearest: readonly string[] }>();
  return (queryId) => {
    const before = known.get(queryId);
    if (before !== undefined) return before;
    const list = truth.list(queryId);
    const groups = list === null ? [] : tieGroups(list.keys, list.scores, TIE_EPSILON);
    const found = { ties: exactTies(groups), nearest: groups[0] ?? [] };
    known.set(queryId, found);
    return found;
  };
}

function positive(grades: ReadonlyMap<string, number>): string[] {
  return [...grades].filter(([, grade]) => grade > 0).map(([key]) => key);
}

/** Scores one metric for every query and arm: a failed request is served 0 wherever the metric is defined. */
export function scoreQueries(answers: readonly QueryAnswers[], metric: ListMetric): QueryScores[] {
  return answers.map(({ query, arms }) => {
    const served: Partial<Record<Arm, number | null>> = {};
    const answered: Partial<Record<Arm, boolean>> = {};
    for (const [arm, answer] of Object.entries(arms) as [Arm, NonNullable<typeof arms.A>][]) {
      answered[arm] = answer.keys !== null;
      served[arm] = metric(query.id, answer.keys ?? []);
    }
    return { queryId: query.id, need: query.need, served, answered };
  });
}
