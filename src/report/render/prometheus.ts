import { plainLine } from '../escape.ts';
import type { JudgedReport } from '../judged.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | null];

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
    family(
      'verdict',
      'The answer of a run: 1 for the state that holds',
      runs.flatMap(({ runId, verdict }) =>
        VERDICTS.map((state): Sample => [{ run: runId, state }, verdict.state === state ? 1 : 0]),
      ),
    ),
    family(
      'run_timestamp_seconds',
      'When a run began',
      runs.map(({ runId, createdAt }): Sample => [{ run: runId }, secondsOf(createdAt)]),
    ),
    family(
      'gate_passed',
      'Whether a gate passes: 1 or 0; absent where it could not decide',
      gates.map(
        ({ gate, labels }): Sample => [
          labels,
          gate.state === 'inconclusive' ? null : gate.state === 'pass' ? 1 : 0,
        ],
      ),
    ),
    ...FIGURES.map(([name, field, help]) =>
      family(
        `gate_${name}`,
        help,
        gates.map(({ gate, labels }): Sample => [labels, gate[field]]),
      ),
    ),
  ].join('');
}

function family(name: string, help: string, samples: readonly Sample[]): string {
  const full = `retrieval_parity_${name}`;
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${full}{${labelText(labels)}} ${numberText(value)}\n`],
  );
  return lines.length === 0
    ? ''
    : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
}

/** What never ended is infinite, which the format writes in its own way. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${plainLine(value).replace(/[\\"]/g, '\\$&')}"`)
    .join(',');
}

function secondsOf(time: string): number | null {
  const at = Date.parse(time);
  return Number.isFinite(at) ? at / 1000 : null;
}
