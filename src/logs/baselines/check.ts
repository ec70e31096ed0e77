import { formatTolerance, isWithin, type Tolerance } from '../../gate/tolerance.ts';
import type { FigureDrift } from './drift.ts';

/** What figures must keep to. `*` names every figure that has no tolerance of its own. */
export interface DriftLimits {
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  /** Smallest and largest figure allowed, whatever the baseline. */
  readonly minima: ReadonlyMap<string, number>;
  readonly maxima: ReadonlyMap<string, number>;
}

/** Whether one figure keeps to one limit. */
export interface LimitResult {
  readonly metric: string;
  readonly state: 'pass' | 'fail' | 'inconclusive';
  readonly reason: string;
}

/** Checks each figure that has a limit: a missing figure fails, a missing baseline decides nothing. */
export function checkLimits(rows: readonly FigureDrift[], limits: DriftLimits): LimitResult[] {
  const byName = new Map(rows.map((row) => [row.metric, row]));
  const current = (metric: string): number | null => byName.get(metric)?.current ?? null;
  const results: LimitResult[] = [];
  const everything = limits.tolerances.get('*');
  const tolerances = new Map([
    ...(everything === undefined ? [] : rows.map(({ metric }) => [metric, everything] as const)),
    ...[...limits.tolerances].filter(([metric]) => metric !== '*'),
  ]);
  for (const [metric, tolerance] of tolerances) {
    results.push(checkTolerance(metric, tolerance, byName.get(metric)));
  }
  for (const [metric, least] of limits.minima) {
    results.push(
      checkBound(metric, current(metric), (value) => value >= least, `at least ${least}`),
    );
  }
  for (const [metric, most] of limits.maxima) {
    results.push(checkBound(metric, current(metric), (value) => value <= most, `at most ${most}`));
  }
  return results;
}

function checkTolerance(
  metric: string,
  tolerance: Tolerance,
  row: FigureDrift | undefined,
): LimitResult {
  const { baseline = null, current = null } = row ?? {};
  const allowed = `allowed ${formatTolerance(tolerance)}`;
  if (current === null && baseline === null) {
    return { metric, state: 'inconclusive', reason: 'undefined in both' };
  }
  if (current === null) return { metric, state: 'fail', reason: `missing, was ${baseline}` };
  if (baseline === null) {
    return { metric, state: 'inconclusive', reason: `is ${current}, the baseline has none` };
  }
  const reason = `${baseline} → ${current}, ${allowed}`;
  return { metric, state: isWithin(tolerance, baseline, current) ? 'pass' : 'fail', reason };
}

function checkBound(
  metric: string,
  value: number | null,
  holds: (value: number) => boolean,
  bound: string,
): LimitResult {
  if (value === null) return { metric, state: 'fail', reason: `missing, must be ${bound}` };
  return { metric, state: holds(value) ? 'pass' : 'fail', reason: `is ${value}, must be ${bound}` };
}
