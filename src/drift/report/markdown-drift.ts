import { cellText, percent, whole } from '../../report/numbers.ts';
import { section } from '../../report/table.ts';
import type { DriftDiscovery, DriftRow } from '../find/types.ts';
import type { CapturedReplies } from '../record/raw-replies.ts';

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
      cellText(row.detail === null ? row.operation : `${row.operation} (${row.detail})`),
      row.severity,
      whole(row.support),
      percent(row.heldOutAgreement, 0),
      row.lossy ? 'yes' : 'no',
      ...(declared ? [cellText(row.reason ?? '–')] : []),
    ]),
    [
      'Operations give the incumbent’s value from the candidate’s. L2-normalise is lossy one way: lengths cannot be recovered from unit vectors; harmless to cosine, breaking to dot product and Euclidean distance. `(read)` is what each side’s own dialect makes of a response: those rows are what the declared dialects leave.',
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

/** What could not be compared, a line each. */
export function captureNotes(
  groups: CapturedReplies['groups'],
  unsteady: CapturedReplies['unsteady'],
): string[] {
  const failed = groups.some(({ scenario }) => scenario === '5xx');
  const places = [...new Set(unsteady.map(({ endpoint, asked }) => `${endpoint}: ${asked}`))];
  return [
    ...(failed
      ? []
      : [
          '- no request was answered with 5xx, also none that cannot be answered: nothing to compare.',
        ]),
    ...(places.length === 0
      ? []
      : [
          `- left out, since the same request was answered with another status when it was asked again: ${whole(unsteady.length)} (${places.join('; ')}).`,
        ]),
  ];
}

/** The stored catalogue as a document of its own: a function of its rows alone. */
export function driftDocument(rows: readonly StoredDrift[]): string {
  return `<!-- Generated from wire-drift.jsonl by \`bench drift\`; do not edit. -->\n\n${renderDrift(rows, [])}`;
}
