import type { JudgedReport } from '../judged.ts';
import { type MetricSample, metricFamily } from './exposition.ts';

const VERDICTS = ['pass', 'fail', 'inconclusive', 'environment unfit', 'informational'] as const;
const FIGURES = [
  [
    'difference',
    'mean',
    'The estimate: candidate minus incumbent, relative for latency; in milliseconds or in the unit of a limit',
  ],
  ['lower', 'lower', 'Lower one-sided 95% bound of the difference'],
  ['upper', 'upper', 'Upper one-sided 95% bound of the difference'],
  ['margin', 'margin', 'Tolerated difference'],
] as const;

/** Runs in the text format of Prometheus; what is undefined is left out. */
export function renderPrometheus(runs: readonly JudgedReport[]): string {
  const gates = runs.flatMap(({ runId, verdict }) =>
    verdict.gates.map((gate) => ({
      gate,
      labels: { run: runId, gate: gate.name, cell: gate.cell ?? 'all', slice: gate.slice ?? '' },
    })),
  );
  return [
    metricFamily(
      'verdict',
      'The answer of a run: 1 for the state that holds',
      runs.flatMap(({ runId, verdict }) =>
        VERDICTS.map(
          (state): MetricSample => [{ run: runId, state }, verdict.state === state ? 1 : 0],
        ),
      ),
    ),
    metricFamily(
      'run_timestamp_seconds',
      'When a run began',
      runs.map(({ runId, createdAt }): MetricSample => [{ run: runId }, secondsOf(createdAt)]),
    ),
    metricFamily(
      'gate_passed',
      'Whether a gate passes: 1 or 0; absent where it could not decide',
      gates.map(
        ({ gate, labels }): MetricSample => [
          labels,
          gate.state === 'inconclusive' ? null : gate.state === 'pass' ? 1 : 0,
        ],
      ),
    ),
    ...FIGURES.map(([name, field, help]) =>
      metricFamily(
        `gate_${name}`,
        help,
        gates.map(({ gate, labels }): MetricSample => [labels, gate[field]]),
      ),
    ),
  ].join('');
}

function secondsOf(time: string): number | null {
  const at = Date.parse(time);
  return Number.isFinite(at) ? at / 1000 : null;
}
