import { type GatesConfig, marginOfRatio } from '../config/schema.ts';
import type { Cell } from '../record/types.ts';

/** The margins of quality metrics at one place of the configuration. */
export type MetricMargins = Pick<
  GatesConfig,
  'recall' | 'recall@1' | 'recall@5' | 'recall@10' | 'recall@k' | 'ndcg'
>;

/** Where a metric was measured; `k` is the depth of the lists. */
export interface MarginPlace {
  readonly cell: Cell;
  readonly slice: string | null;
  readonly k: number;
}

/**
 * The margin of a quality metric in one cell, or in one of its slices; null where it is not gated.
 * The most specific key wins: cell over all, `recall@10` over `recall@k` over `recall`.
 */
export function marginFor(
  gates: GatesConfig,
  metric: string,
  { cell, slice, k }: MarginPlace,
): number | null {
  const own = gates.cells?.[cell];
  if (slice === null) return fromMargins(own, metric, k) ?? fromMargins(gates, metric, k);
  return (
    fromMargins(own?.slices?.[slice], metric, k) ?? fromMargins(gates.slices?.[slice], metric, k)
  );
}

function fromMargins(margins: MetricMargins | undefined, metric: string, k: number): number | null {
  if (margins === undefined) return null;
  if (/^ndcg@\d+$/.test(metric)) return margins.ndcg?.margin ?? null;
  const depth = /^recall@(\d+)$/.exec(metric)?.[1];
  if (depth === undefined) return null;
  const exact = { '1': margins['recall@1'], '5': margins['recall@5'], '10': margins['recall@10'] }[
    depth
  ];
  const deepest = Number(depth) === k ? margins['recall@k'] : undefined;
  return (exact ?? deepest ?? margins.recall)?.margin ?? null;
}

/** The tolerated relative slow-down of a quantile, from `margin` or `ratio`; null where it is not gated. */
export function slowdownMargin(gates: GatesConfig, quantile: 'p50' | 'p95'): number | null {
  const { margin, ratio } = gates[quantile] ?? {};
  return margin ?? (ratio === undefined ? null : marginOfRatio(ratio));
}

/** What is configured of a run and is judged under load alone, as dotted keys. */
export function loadOnlyKeys(gates: GatesConfig): string[] {
  const { p50, p95, p99, recallUnderLoad } = gates;
  return Object.entries({
    'gates.p50.maxMs': p50?.maxMs,
    'gates.p95.maxMs': p95?.maxMs,
    'gates.p99.maxMs': p99?.maxMs,
    'gates.recallUnderLoad.margin': recallUnderLoad?.margin,
    'gates.recallUnderLoad.min': recallUnderLoad?.min,
  }).flatMap(([key, value]) => (value === undefined ? [] : [key]));
}
