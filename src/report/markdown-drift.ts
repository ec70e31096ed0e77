import type { DriftDiscovery, DriftRow } from '../parity/drift/types.ts';
import { cellText, percent, whole } from './numbers.ts';
import { section } from './table.ts';

/** A row of the catalogue as it is stored, with the reason why it is expected, if it was declared. */
export interface StoredDrift extends DriftRow {
  readonly reason?: string;
}

/** The catalogue of wire drift as Markdown. */
export function renderDrift(rows: readonly StoredDrift[], notes: readonly string[]): string {
  const declared = rows.some(({ reason }) => reason !== undefined);
  return section(
    'Wire drift',
    [
      'endpoint',
      'responses',
      'incumbent',
      'candidate',
      'operation',
      'severity',
      '>support',
      '>held out',
      'lossy',
      ...(declared ? ['expected, because'] : []),
    ],
    rows.map((row) => [
      row.endpoint,
      row.scenario,
      row.incumbentPath === null ? '–' : cellText(row.incumbentPath),
      row.candidatePath === null ? '–' : cellText(row.candidatePath),
      cellText(row.operation),
      row.severity,
      whole(row.support),
      percent(row.heldOutAgreement, 0),
      row.lossy ? 'yes' : 'no',
      ...(declared ? [cellText(row.reason ?? '–')] : []),
    ]),
    [
      'Operations give the incumbent’s value from the candidate’s. L2-normalise is lossy one way: lengths cannot be recovered from unit vectors; harmless to cosine, breaking to dot product and Euclidean distance.',
      ...notes,
    ],
  );
}

/** What the response adapters of the discoveries give back, a line each. */
export function adapterNotes(discoveries: readonly DriftDiscovery[]): string[] {
  return discoveries.flatMap(({ endpoint, scenario, mappings, adapterAgreement, pairs }) =>
    adapterAgreement === null
      ? []
      : [
          `- ${endpoint} (${scenario}): ${mappings.length} fields adapted; right in ${percent(adapterAgreement, 0)} of the held-out of ${pairs} pairs.`,
        ],
  );
}

/** The stored catalogue as a document of its own: a function of its rows alone. */
export function driftDocument(rows: readonly StoredDrift[]): string {
  return `<!-- Generated from wire-drift.jsonl by \`bench drift\`; do not edit. -->\n\n${renderDrift(rows, [])}`;
}
