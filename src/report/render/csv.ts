import { plainLine } from '../../plain-text.ts';
import type { JudgedReport } from '../judged.ts';
import { GATE_COLUMNS, gateValues } from './gate-rows.ts';

/** The gates of runs as CSV (RFC 4180), a row each; what is undefined is empty. */
export function renderCsv(runs: readonly JudgedReport[]): string {
  const names = GATE_COLUMNS.map(({ name }) => name);
  return [names, ...gateValues(runs)].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const line = plainLine(value);
  // A spreadsheet would take such a text for a formula, some of them with signs of full width too.
  const text = /^\s*[=+\-@＝＋－＠]/.test(line) ? `'${line}` : line;
  return /[",]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
