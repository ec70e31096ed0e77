import { bpref, judgedShare } from './judged.ts';
import {
  type ExactTies,
  expectedNdcgAtK,
  expectedReciprocalRankAtK,
} from './ranking/expected-over-ties.ts';
import { recallAtK } from './ranking/recall.ts';
import { tieAwareRecallAtK } from './ranking/tie-aware-recall.ts';

/** What the answers to one query are held against. */
export interface ListReference {
  /** The exact list, nearest first; empty where there is none. */
  readonly exact: { readonly keys: readonly string[]; readonly scores: ArrayLike<number> };
  /** Exact score of a document that the query allows; null of any other. */
  readonly exactScore: (key: string) => number | null;
  readonly ties: ExactTies<string>;
  /** The documents that share the first place of the exact list. */
  readonly nearest: readonly string[];
  /** Judged documents with their grades. */
  readonly grades: ReadonlyMap<string, number>;
}

/** One family of quality metrics: how it is written, at which depths it is shown, and how it is computed. */
interface ListMetric {
  readonly family: string;
  /** What a list is held against. */
  readonly truth: 'exact' | 'judgments';
  readonly label: (depth: number) => string;
  /** Depths that are shown of lists of k rows, ascending. */
  readonly depths: (k: number) => number[];
  /** Shown only where this is what decides; absent: always. */
  readonly beside?: 'judgments';
  /** In [0, 1]; null where it is undefined for the query. `list` holds document keys by rank. */
  readonly score: (
    list: readonly string[],
    depth: number,
    reference: ListReference,
  ) => number | null;
}

/**
 * The quality metrics in the order of the tables; a new one is an entry here. Metrics that look at ranks take the
 * expected value over the order of documents whose exact scores are tied: no ranking by the metric could tell them
 * apart.
 */
export const LIST_METRICS = [
  {
    family: 'recall',
    truth: 'exact',
    label: (depth) => `recall@${depth}`,
    depths: (k) => [...new Set([1, 5, 10, k])].filter((depth) => depth <= k).sort((a, b) => a - b),
    score: (list, depth, { exact, exactScore }) =>
      tieAwareRecallAtK(list, depth, exact.scores, exactScore).recall,
  },
  {
    family: 'recall by id',
    truth: 'exact',
    label: (depth) => `recall@${depth} by id`,
    depths: (k) => [k],
    score: (list, depth, { exact }) => recallAtK(exact.keys, list, depth).recall,
  },
  {
    family: 'ndcg',
    truth: 'judgments',
    label: (depth) => `ndcg@${depth}`,
    depths: (k) => [k],
    score: (list, depth, { grades, ties }) =>
      expectedNdcgAtK(list, grades, depth, ties, 'linear').ndcg,
  },
  {
    family: 'ndcg exponential',
    truth: 'judgments',
    label: (depth) => `ndcg@${depth} exponential`,
    depths: (k) => [k],
    score: (list, depth, { grades, ties }) =>
      expectedNdcgAtK(list, grades, depth, ties, 'exponential').ndcg,
  },
  {
    family: 'judged',
    truth: 'judgments',
    beside: 'judgments',
    label: (depth) => `judged@${depth}`,
    depths: (k) => [k],
    score: (list, depth, { grades }) => judgedShare(list, grades, depth),
  },
  {
    family: 'bpref',
    truth: 'judgments',
    beside: 'judgments',
    label: (depth) => `bpref@${depth}`,
    depths: (k) => [k],
    score: (list, depth, { grades }) => bpref(list, grades, depth),
  },
  {
    family: 'ndcg of judged',
    truth: 'judgments',
    beside: 'judgments',
    label: (depth) => `ndcg@${depth} of judged`,
    depths: (k) => [k],
    score: (list, depth, { grades, ties }) =>
      expectedNdcgAtK(
        list.filter((key) => grades.has(key)),
        grades,
        depth,
        ties,
        'linear',
      ).ndcg,
  },
  {
    family: 'mrr',
    truth: 'judgments',
    label: (depth) => `mrr@${depth}`,
    depths: (k) => [k],
    score: (list, depth, { grades, ties }) =>
      expectedReciprocalRankAtK(list, positive(grades), depth, ties),
  },
  {
    family: 'mrr',
    truth: 'exact',
    label: (depth) => `mrr@${depth} exact`,
    depths: (k) => [k],
    score: (list, depth, { nearest, ties }) =>
      expectedReciprocalRankAtK(list, nearest, depth, ties),
  },
] as const satisfies readonly ListMetric[];

function positive(grades: ReadonlyMap<string, number>): string[] {
  return [...grades].filter(([, grade]) => grade > 0).map(([key]) => key);
}
