import { plainLine } from '../../plain-text.ts';

/** One sample of a metric; null is left out. */
export type MetricSample = readonly [
  labels: Readonly<Record<string, string>>,
  value: number | null,
];

/** A metric and its samples in the text format of Prometheus; nothing where no sample has a value. */
export function metricFamily(
  name: string,
  help: string,
  samples: readonly MetricSample[],
  type: 'gauge' | 'counter' = 'gauge',
): string {
  const full = `retrieval_parity_${name}`;
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${full}${labelText(labels)} ${numberText(value)}\n`],
  );
  return lines.length === 0
    ? ''
    : `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels).map(
    ([name, value]) => `${name}="${plainLine(value).replace(/[\\"]/g, '\\$&')}"`,
  );
  return written.length === 0 ? '' : `{${written.join(',')}}`;
}

/** What never ended is infinite, which the format writes in its own way. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
