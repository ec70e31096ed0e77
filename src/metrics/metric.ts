import { LIST_METRICS, type ListReference } from './list-metrics.ts';
import { type OwnFamily, ownName } from './own-metric.ts';

/** A quality metric of a ranked list; two metrics are the same where all three fields are. */
export interface Metric {
  readonly family: (typeof LIST_METRICS)[number]['family'] | OwnFamily;
  /** Rows of the list that count: the k of recall@k. */
  readonly depth: number;
  /** What a list is held against: exact neighbours, or the corpus's graded judgments. */
  readonly truth: (typeof LIST_METRICS)[number]['truth'];
}

/**
 * The metrics that are shown of lists of k rows, in the order of the tables.
 * @param source what decides: beside judgments stands how much of a list is judged at all
 */
export function metricsAt(k: number, source: 'exact' | 'judgments' = 'exact'): Metric[] {
  return LIST_METRICS.flatMap(({ family, truth, depths, ...form }) =>
    'beside' in form && form.beside !== source
      ? []
      : depths(k).map((depth): Metric => ({ family, depth, truth })),
  );
}

/** Tie-aware recall against exact neighbours. */
export function recallAt(depth: number): Metric {
  return { family: 'recall', depth, truth: 'exact' };
}

/** nDCG with linear gain, against the judgments. */
export function ndcgAt(depth: number): Metric {
  return { family: 'ndcg', depth, truth: 'judgments' };
}

/** Share of a list that is judged, and nDCG of the judged rows alone. */
export function judgedAt(depth: number): { readonly share: Metric; readonly ndcg: Metric } {
  return {
    share: { family: 'judged', depth, truth: 'judgments' },
    ndcg: { family: 'ndcg of judged', depth, truth: 'judgments' },
  };
}

/** Whether two metrics are the same. */
export function isSameMetric(one: Metric, other: Metric): boolean {
  return one.family === other.family && one.depth === other.depth && one.truth === other.truth;
}

/** The name of a metric in tables and files, e.g. `recall@10`. */
export function metricLabel(metric: Metric): string {
  const own = ownName(metric.family);
  if (own !== null) return `${own}@${metric.depth}`;
  return formOf(metric).label(metric.depth);
}

/** The metric that a label names; null where it names none. */
export function parseMetric(label: string): Metric | null {
  const depth = Number(/@([1-9]\d*)/.exec(label)?.[1] ?? 0);
  const form = LIST_METRICS.find((entry) => depth > 0 && entry.label(depth) === label);
  return form === undefined ? null : { family: form.family, depth, truth: form.truth };
}

/** Scores one list; null where the metric is undefined for the query. */
export function scoreList(
  metric: Metric,
  list: readonly string[],
  reference: ListReference,
): number | null {
  return formOf(metric).score(list, metric.depth, reference);
}

function formOf({ family, truth }: Metric): (typeof LIST_METRICS)[number] {
  const form = LIST_METRICS.find((entry) => entry.family === family && entry.truth === truth);
  if (form === undefined) throw new RangeError(`no metric ${family} against ${truth}`);
  return form;
}
