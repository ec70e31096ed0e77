import { type GatesConfig, marginOfRatio } from '../config/schema.ts';
import type { Corpus } from '../corpus/types.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Cell } from '../record/types.ts';

/** The margins of quality metrics at one place of the configuration. */
export type MetricMargins = Pick<
  GatesConfig,
  'recall' | 'recall@1' | 'recall@5' | 'recall@10' | 'recall@k' | 'ndcg'
>;

/** The depths of the keys that gate recall at one depth alone. */
export const RECALL_DEPTHS = { 'recall@1': 1, 'recall@5': 5, 'recall@10': 10 } as const;
const RECALL_KEYS = Object.keys(RECALL_DEPTHS) as (keyof typeof RECALL_DEPTHS)[];

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
  metric: Metric,
  { cell, slice, k }: MarginPlace,
): number | null {
  const own = gates.cells?.[cell];
  const inSlice = slice === null ? '' : `slices.${slice}.`;
  const places = [
    { path: `cells.${cell}.${inSlice}`, margins: slice === null ? own : own?.slices?.[slice] },
    { path: inSlice, margins: slice === null ? gates : gates.slices?.[slice] },
  ];
  const off = new Set(gates.off);
  for (const { path, margins } of places) {
    for (const key of keysOf(metric, k)) {
      if (off.has(`${path}${key}`)) return null;
      const margin = margins?.[key]?.margin;
      if (margin !== undefined) return margin;
    }
  }
  return null;
}

/**
 * The least value that the candidate must reach by itself, at the depth of the lists, in one cell or in one of its
 * slices; null where none is wanted. The cell's own key wins.
 */
export function leastFor(
  gates: GatesConfig,
  { family, depth }: Metric,
  { cell, slice, k }: MarginPlace,
): number | null {
  if (depth !== k || (family !== 'recall' && family !== 'ndcg')) return null;
  const own = gates.cells?.[cell];
  const [narrow, wide] =
    slice === null ? [own, gates] : [own?.slices?.[slice], gates.slices?.[slice]];
  return narrow?.[family]?.min ?? wide?.[family]?.min ?? null;
}

/** The keys that may hold the margin of a metric, the most specific first. */
function keysOf({ family, depth }: Metric, k: number): (keyof MetricMargins)[] {
  if (family === 'ndcg') return ['ndcg'];
  if (family !== 'recall') return [];
  const exact = RECALL_KEYS.filter((key) => RECALL_DEPTHS[key] === depth);
  return [...exact, ...(depth === k ? (['recall@k'] as const) : []), 'recall'];
}

/** The tolerated relative slow-down of a quantile, from `margin` or `ratio`; null where it is not gated. */
export function slowdownMargin(gates: GatesConfig, quantile: 'p50' | 'p95'): number | null {
  const { margin, ratio } = gates[quantile] ?? {};
  return margin ?? (ratio === undefined ? null : marginOfRatio(ratio));
}

/** Whether a gate was switched off by its key, such as `errors` or `p95`. */
export function isOff(gates: GatesConfig, key: string): boolean {
  return gates.off?.includes(key) === true;
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

/**
 * Gates as they hold over a corpus: where its judgments were generated with its documents, nDCG gates nothing unless
 * somebody set its margin, or declared that judgments are the truth.
 * @param origins where each value came from, by dotted key; what is missing there is a default
 */
export function gatesOver(
  { generated }: Pick<Corpus, 'generated'>,
  gates: GatesConfig,
  { origins, truth }: { readonly origins: ReadonlyMap<string, string>; readonly truth: string },
): GatesConfig {
  const isSet = (origins.get('gates.ndcg.margin') ?? 'default') !== 'default';
  if (generated !== true || isSet || truth === 'judgments' || gates.ndcg?.margin === undefined) {
    return gates;
  }
  const { ndcg, ...others } = gates;
  const { margin: _, ...kept } = ndcg;
  return { ...others, ndcg: kept, generatedJudgments: true };
}
