import type { Judgments } from '../../corpus/types.ts';
import { reciprocalRankAtK } from '../../metrics/ranking/mrr.ts';
import { ndcgAtK } from '../../metrics/ranking/ndcg.ts';
import { recallAtK } from '../../metrics/ranking/recall.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { Arm } from '../../record/types.ts';
import type { TruthLookup } from '../inputs.ts';
import type { QueryAnswers } from './answers.ts';
import type { QueryScores } from './by-need.ts';

/** A quality metric of one ranked list; null where it is undefined for the query. */
type ListMetric = (queryId: string, keys: readonly string[]) => number | null;

/** The quality metrics of a run in table order, each with its name. */
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
  metrics.set(`ndcg@${k}`, (id, keys) => ndcgAtK(keys, grades(id), k, 'linear').ndcg);
  metrics.set(
    `ndcg@${k} exponential`,
    (id, keys) => ndcgAtK(keys, grades(id), k, 'exponential').ndcg,
  );
  metrics.set(`mrr@${k}`, (id, keys) => reciprocalRankAtK(keys, positive(grades(id)), k));
  metrics.set(`mrr@${k} exact`, (id, keys) =>
    reciprocalRankAtK(keys, truth.list(id)?.keys.slice(0, 1) ?? [], k),
  );
  return metrics;
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
