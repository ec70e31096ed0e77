import type { GatesConfig } from '../config/schema.ts';
import type { Cell } from '../record/types.ts';

type MetricMargins = NonNullable<GatesConfig['cells']>['search'];

/**
 * The margin of a quality metric in one cell, or in one of its slices; null where it is not gated.
 * The most specific key wins: cell over all, `recall@10` over `recall`.
 */
export function marginFor(
  gates: GatesConfig,
  metric: string,
  cell: Cell,
  slice: string | null,
): number | null {
  if (slice !== null) return fromMargins(gates.slices?.[slice], metric);
  return fromMargins(gates.cells?.[cell], metric) ?? fromMargins(gates, metric);
}

function fromMargins(margins: MetricMargins | undefined, metric: string): number | null {
  if (margins === undefined) return null;
  if (/^ndcg@\d+$/.test(metric)) return margins.ndcg?.margin ?? null;
  if (metric === 'recall@1') return margins['recall@1']?.margin ?? margins.recall?.margin ?? null;
  if (metric === 'recall@5') return margins['recall@5']?.margin ?? margins.recall?.margin ?? null;
  if (metric === 'recall@10') return margins['recall@10']?.margin ?? margins.recall?.margin ?? null;
  return /^recall@\d+$/.test(metric) ? (margins.recall?.margin ?? null) : null;
}
