import { cellText } from '../../report/numbers.ts';
import { section } from '../../report/table.ts';

/** One endpoint in the table of all. */
export interface EndpointLine {
  readonly endpoint: string;
  readonly incumbentPath: string;
  readonly candidatePath: string;
  readonly verdict: string;
  /** Figures in a few words. */
  readonly figures: string;
  /** What the ledger made of it. */
  readonly ledger: string;
}

/** The table of all endpoints as Markdown. */
export function renderEndpoints(lines: readonly EndpointLine[]): string {
  return section(
    'Endpoints',
    ['endpoint', 'incumbent', 'candidate', 'verdict', 'figures', 'ledger'],
    lines.map((line) => [
      cellText(line.endpoint),
      cellText(line.incumbentPath),
      cellText(line.candidatePath),
      line.verdict,
      cellText(line.figures),
      cellText(line.ledger),
    ]),
  );
}
