import { cell, table } from '../../gate/table.ts';
import { escapeMarkdown, plainLine } from '../../report/escape.ts';
import type { LedgerGate, LedgerRow } from './row.ts';

/** The ledger as Markdown, one row a line, oldest first; the same rows give the same bytes. */
export function renderLedger(rows: readonly LedgerRow[]): string {
  const lines = rows.map((row) => [
    cell(row.endpoint),
    row.date,
    cell(row.incumbentPath),
    cell(row.candidatePath),
    `${row.verdict} (${row.change})`,
    cell(row.notes),
    evidenceOf(row),
    linkOf(row),
  ]);
  return [
    '# Verified parity',
    '',
    '<!-- Generated from ledger.jsonl by `bench ledger`; do not edit. -->',
    '',
    'One row each time an endpoint clears or loses parity. A verdict holds for the evidence it names and',
    'expires when any of it changes; `bench ledger expired` says which have.',
    '',
    rows.length === 0
      ? 'No endpoint has cleared parity yet.\n'
      : table(
          [
            'endpoint',
            'date',
            'incumbent',
            'candidate',
            'verdict',
            'notes',
            'evidence (n; 95% one-sided bounds; margin)',
            'run',
          ],
          lines,
          ['l', 'l', 'l', 'l', 'l', 'l', 'l', 'l'],
        ),
  ].join('\n');
}

function evidenceOf({ evidence }: LedgerRow): string {
  const { hashes } = evidence;
  return [
    ...evidence.gates.map(gateText),
    `corpus ${brief(hashes.corpus)}, queries ${brief(hashes.queries)}, judgments ${brief(hashes.judgments)}, config ${brief(hashes.config)}`,
    `dialects ${brief(hashes.incumbentDialect)} / ${brief(hashes.candidateDialect)}`,
    `backends ${brief(hashes.incumbentBackend)} / ${brief(hashes.candidateBackend)}`,
  ].join('<br>');
}

function gateText({ metric, unit, n, margin, lower, upper, state }: LedgerGate): string {
  const bounds = `[${figure(lower)}, ${figure(upper)}]`;
  return `${cell(metric)} ${state}: n = ${n} ${cell(unit)}; ${bounds}; ${figure(margin)}`;
}

/** A link only where it can lead nowhere but to a page: a relative path, or http(s). */
function linkOf({ runId, runLink }: LedgerRow): string {
  const name = cell(runId);
  if (runLink === null) return name;
  const isSafe = /^https?:\/\//i.test(runLink) || !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(runLink);
  if (!isSafe) return `${name} (${escapeMarkdown(plainLine(runLink))})`;
  const target = encodeURI(runLink.toWellFormed())
    .replace(/%25(?=[0-9a-f]{2})/gi, '%')
    .replace(
      /[()<>[\]|`\\*'"]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return `[${name}](${target})`;
}

function figure(value: number | null): string {
  if (value === null) return '–';
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

function brief(hash: string): string {
  return /^[0-9a-f]{16,}$/.test(hash) ? hash.slice(0, 12) : cell(hash);
}
