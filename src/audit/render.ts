import { cell, table } from '../gate/table.ts';
import type { AuditResult } from './audit.ts';

/** Every check as a Markdown table, by phase in the order of the audit. */
export function renderAudit({ checks, skipped }: AuditResult): string {
  const rows = checks.map((check) => [
    cell(check.phase || '–'),
    cell(check.name),
    check.required ? 'required' : 'optional',
    check.status,
    cell(check.expected ?? '–'),
    cell(check.actual ?? '–'),
    check.difference === null ? '–' : String(Number(check.difference.toPrecision(6))),
    cell(check.note),
  ]);
  const left = skipped.map(({ phase, reason }) => [
    cell(phase || '–'),
    '–',
    '–',
    'skipped',
    '–',
    '–',
    '–',
    cell(reason),
  ]);
  return table(
    ['phase', 'metric', 'check', 'status', 'expected', 'actual', 'difference', 'note'],
    [...rows, ...left],
    ['l', 'l', 'l', 'l', 'r', 'r', 'r', 'l'],
  );
}

/** The last line of an audit, e.g. `12/12 required checks pass, 1 skipped: phase 6 (no GPU here)`. */
export function auditSentence({ checks, skipped }: AuditResult): string {
  const required = checks.filter((check) => check.required);
  const optional = checks.filter((check) => !check.required);
  const passed = (list: typeof checks): number => list.filter(({ ok }) => ok).length;
  const parts = [`${passed(required)}/${required.length} required checks pass`];
  if (optional.length > 0) parts.push(`${passed(optional)}/${optional.length} optional`);
  if (skipped.length > 0) {
    const phases = skipped.map(({ phase, reason }) => `phase ${phase || '–'} (${oneLine(reason)})`);
    parts.push(`${skipped.length} skipped: ${phases.join('; ')}`);
  }
  return parts.join(', ');
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
