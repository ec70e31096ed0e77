import { UsageError } from '../errors.ts';
import { metricLabel, parseMetric } from '../metrics/metric.ts';
import type { CellFinding, Findings, QualityFinding, SliceFinding } from './findings.ts';

type StoredQuality = Omit<QualityFinding, 'metric'> & { readonly metric: string };
type StoredSlice = Omit<SliceFinding, 'quality'> & { readonly quality: readonly StoredQuality[] };
type StoredCell = Omit<CellFinding, 'quality' | 'slices'> & {
  readonly quality: readonly StoredQuality[];
  readonly slices: readonly StoredSlice[];
};

/** Findings as `findings.json` and `--json` hold them: metrics by their labels. */
export type StoredFindings = Omit<Findings, 'cells'> & { readonly cells: readonly StoredCell[] };

/** The form of findings that is written. */
export function encodeFindings(findings: Findings): StoredFindings {
  return {
    ...findings,
    cells: findings.cells.map((cell) => ({
      ...cell,
      quality: encodeMetrics(cell.quality),
      slices: cell.slices.map((slice) => ({ ...slice, quality: encodeMetrics(slice.quality) })),
    })),
  };
}

/**
 * Findings from their written form.
 * @throws UsageError where a label names no metric of this version.
 */
export function decodeFindings(stored: StoredFindings): Findings {
  return {
    ...stored,
    cells: stored.cells.map((cell) => ({
      ...cell,
      quality: cell.quality.map(decodeQuality),
      slices: cell.slices.map((slice) => ({
        ...slice,
        quality: slice.quality.map(decodeQuality),
      })),
    })),
  };
}

/** Rows with a metric, with its label in its place. */
export function encodeMetrics<Row extends Pick<QualityFinding, 'metric'>>(
  rows: readonly Row[],
): (Omit<Row, 'metric'> & { readonly metric: string })[] {
  return rows.map((row) => ({ ...row, metric: metricLabel(row.metric) }));
}

function decodeQuality(stored: StoredQuality): QualityFinding {
  const metric = parseMetric(stored.metric);
  if (metric === null) {
    throw new UsageError(
      'findings-metric',
      `findings.json: ${JSON.stringify(stored.metric)} is no metric of this version`,
      { hint: 'derive the findings again: bench rescore RUN' },
    );
  }
  return { ...stored, metric };
}
