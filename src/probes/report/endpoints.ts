import { key, left, row, tableSection } from '../../report/blocks.ts';
import type { Section } from '../../report/model.ts';
import { id, sentence, state } from '../../report/spans.ts';

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

/** The table of all endpoints. */
export function endpointsSection(lines: readonly EndpointLine[]): Section {
  return tableSection('endpoints', 'Endpoints', {
    columns: [
      key(left('endpoint')),
      left('incumbent'),
      left('candidate'),
      left('verdict'),
      left('figures'),
      left('ledger'),
    ],
    rows: lines.map((line) =>
      row(
        [line.endpoint, line.incumbentPath, line.candidatePath],
        [
          sentence(line.endpoint),
          id('path', line.incumbentPath),
          id('path', line.candidatePath),
          state(line.verdict),
          sentence(line.figures),
          sentence(line.ledger),
        ],
        { kind: 'check' },
      ),
    ),
  });
}
