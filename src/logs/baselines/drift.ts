import { baselineBounds } from '../../stats/intervals/baseline-bounds.ts';
import type { ReadEntry } from './entry.ts';

/** Runs that are needed before a prediction interval is worth printing. */
export const PREDICTION_RUNS = 8;

/** How one figure has moved since the last baseline of its lineage. */
export interface FigureDrift {
  readonly metric: string;
  /** The figure of the last baseline; null where it is undefined or missing. */
  readonly baseline: number | null;
  readonly current: number | null;
  /** current − baseline; null where either is missing. */
  readonly change: number | null;
  /** change / |baseline|; null where the baseline is zero or missing. */
  readonly relativeChange: number | null;
  /** Runs of the lineage in which the figure is defined. */
  readonly runs: number;
  /** 95% t prediction interval for the next run; null with fewer than eight runs. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Whether the current figure lies outside of the interval; advisory. */
  readonly outside: boolean | null;
}

/** How wide a prediction interval is at the least. */
export interface FigureDriftOptions {
  /** Smallest half-width: runs that are all alike would otherwise predict one value to the last bit. */
  readonly floor?: number;
}

/** Compares figures with the last baseline of their lineage; the last entry of `lineage` is the baseline. */
export function driftRows(
  current: ReadonlyMap<string, number | null>,
  lineage: readonly ReadEntry[],
  { floor = 1e-9 }: FigureDriftOptions = {},
): FigureDrift[] {
  const baseline = lineage.at(-1)?.metrics ?? new Map<string, number | null>();
  const names = [...new Set([...baseline.keys(), ...current.keys()])].sort();
  return names.map((metric) => {
    const before = baseline.get(metric) ?? null;
    const now = current.get(metric) ?? null;
    const change = before === null || now === null ? null : now - before;
    const history = lineage.flatMap((entry) => entry.metrics.get(metric) ?? []);
    const interval = predictionInterval(history, floor);
    return {
      metric,
      baseline: before,
      current: now,
      change,
      relativeChange:
        change === null || before === null || before === 0 ? null : change / Math.abs(before),
      runs: history.length,
      interval,
      outside: interval === null || now === null ? null : now < interval[0] || now > interval[1],
    };
  });
}

function predictionInterval(
  history: readonly number[],
  floor: number,
): readonly [number, number] | null {
  if (history.length < PREDICTION_RUNS) return null;
  const { t } = baselineBounds(history, { boundary: 0.975 });
  if (t === null) return null;
  const centre = (t[0] + t[1]) / 2;
  const half = Math.max((t[1] - t[0]) / 2, floor);
  return [centre - half, centre + half];
}
