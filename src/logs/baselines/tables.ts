import { cell, table } from '../../gate/table.ts';
import type { LimitResult } from './check.ts';
import type { DriftRow } from './drift.ts';
import { PREDICTION_RUNS } from './drift.ts';
import type { ReadEntry } from './entry.ts';

/** The drift of every figure as a Markdown table; changes of a zero baseline are absolute. */
export function renderDrift(rows: readonly DriftRow[]): string {
  return table(
    ['metric', 'baseline', 'current', 'change', 'relative', '95% prediction interval', ''],
    rows.map((row) => [
      cell(row.metric),
      figure(row.baseline),
      figure(row.current),
      signed(row.change),
      row.relativeChange === null ? '–' : `${signed(row.relativeChange * 100)}%`,
      row.interval === null
        ? `– (${row.runs} of ${PREDICTION_RUNS} runs)`
        : `${figure(row.interval[0])} to ${figure(row.interval[1])} (${row.runs} runs)`,
      row.outside === true ? 'outside' : '',
    ]),
    ['l', 'r', 'r', 'r', 'r', 'l', 'l'],
  );
}

/** The entries of a log as a Markdown table, with the figures that are named. */
export function renderEntries(entries: readonly ReadEntry[], metrics: readonly string[]): string {
  return table(
    ['line', 'tool', 'version', 'commit', 'created', 'runtime', 'metrics', ...metrics.map(cell)],
    entries.map((entry) => [
      String(entry.lineNumber),
      cell(entry.tool),
      cell(entry.version ?? '–'),
      cell(entry.gitCommit?.slice(0, 7) ?? '–'),
      cell(entry.createdAt ?? '–'),
      cell(entry.runtime ?? '–'),
      String(entry.metrics.size),
      ...metrics.map((name) => figure(entry.metrics.get(name) ?? null)),
    ]),
    ['r', 'l', 'l', 'l', 'l', 'l', 'r', ...metrics.map(() => 'r' as const)],
  );
}

/** The limits that were checked, failures first. */
export function renderLimits(results: readonly LimitResult[]): string {
  const order = ['fail', 'inconclusive', 'pass'];
  const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return table(
    ['metric', 'state', 'reason'],
    sorted.map(({ metric, state, reason }) => [cell(metric), state, cell(reason)]),
    ['l', 'l', 'l'],
  );
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(8)));
}

function signed(value: number | null): string {
  if (value === null) return '–';
  const rounded = Number(value.toPrecision(4));
  return rounded > 0 ? `+${rounded}` : String(rounded).replace('-', '−');
}
