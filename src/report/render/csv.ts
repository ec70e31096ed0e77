import { plainLine } from '../../plain-text.ts';
import type { JudgedReport } from '../judged.ts';

const COLUMNS = [
  'run',
  'created_at',
  'verdict',
  'gate',
  'cell',
  'slice',
  'state',
  'gated',
  'n',
  'unit',
  'difference',
  'lower',
  'upper',
  'margin',
  'reason',
] as const;

/** The gates of runs as CSV (RFC 4180), a row each; what is undefined is empty. */
export function renderCsv(runs: readonly JudgedReport[]): string {
  const rows = runs.flatMap(({ runId, createdAt, verdict }) =>
    verdict.gates.map((gate) => [
      runId,
      createdAt,
      verdict.state,
      gate.name,
      gate.cell ?? 'all',
      gate.slice ?? null,
      gate.state,
      gate.gated ? 'true' : 'false',
      gate.n,
      gate.unit,
      gate.mean,
      gate.lower,
      gate.upper,
      gate.margin,
      gate.reason,
    ]),
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const line = plainLine(value);
  // A spreadsheet would take such a text for a formula.
  const text = /^\s*[=+\-@]/.test(line) ? `'${line}` : line;
  return /[",]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
