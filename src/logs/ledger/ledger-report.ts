import { key, left, paragraph, reportOf, row, section, table } from '../../report/blocks.ts';
import type { Content, NumberStyle, ReportDocument, Span } from '../../report/model.ts';
import {
  BREAK,
  bounds,
  code,
  id,
  joined,
  numeral,
  prose,
  sentence,
  setting,
  state,
  text,
} from '../../report/spans.ts';
import type { LedgerGate, LedgerRow } from './row.ts';

const FIGURE: NumberStyle = { unit: 'difference', precision: { significant: 4 }, signed: false };
/** Digits of a hash that are shown. */
const HASH_DIGITS = 12;

/** The ledger as a document, one row a line, oldest first; the same rows give the same document. */
export function ledgerReport(rows: readonly LedgerRow[]): ReportDocument {
  return reportOf(
    [
      section('ledger', null, [
        paragraph([
          'One row each time an endpoint clears or loses parity. A verdict holds for the evidence it names and expires when any of it changes; ',
          code('bench ledger expired'),
          ' says which have.',
        ]),
        rows.length === 0 ? paragraph('No endpoint has cleared parity yet.') : rowsTable(rows),
      ]),
    ],
    { title: 'Verified parity', generated: { from: 'ledger.jsonl', by: 'bench ledger' } },
  );
}

function rowsTable(rows: readonly LedgerRow[]) {
  return table(
    [
      key(left('endpoint')),
      key(left('date')),
      left('incumbent'),
      left('candidate'),
      left('verdict'),
      left('notes'),
      left('evidence (n; 95% one-sided bounds; margin)', 'evidence'),
      left('run'),
    ],
    rows.map((entry, at) =>
      row(
        [at, entry.endpoint, entry.date],
        [
          text(entry.endpoint),
          entry.date,
          id('path', entry.incumbentPath),
          id('path', entry.candidatePath),
          [state(entry.verdict), ` (${entry.change})`],
          sentence(entry.notes),
          evidenceOf(entry),
          entry.runLink === null
            ? id('run', entry.runId)
            : { kind: 'link', text: entry.runId, target: entry.runLink },
        ],
        { kind: 'entry' },
      ),
    ),
  );
}

function evidenceOf({ evidence }: LedgerRow): Content {
  const { hashes } = evidence;
  return joined(
    [
      ...evidence.gates.map(gateOf),
      prose`corpus ${hashOf(hashes.corpus)}, queries ${hashOf(hashes.queries)}, judgments ${hashOf(hashes.judgments)}, config ${hashOf(hashes.config)}`,
      prose`dialects ${hashOf(hashes.incumbentDialect)} / ${hashOf(hashes.candidateDialect)}`,
      prose`backends ${hashOf(hashes.incumbentBackend)} / ${hashOf(hashes.candidateBackend)}`,
    ],
    BREAK,
  );
}

function gateOf({ metric, unit, n, margin, lower, upper, state: is }: LedgerGate): readonly Span[] {
  return prose`${metric} ${state(is)}: n = ${setting(n)} ${unit}; ${bounds(lower, upper, FIGURE)}; ${numeral(margin, FIGURE)}`;
}

function hashOf(hash: string): Span {
  return id('hash', /^[0-9a-f]{16,}$/.test(hash) ? hash.slice(0, HASH_DIGITS) : hash);
}
