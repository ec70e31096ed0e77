import type { GateState } from '../../gate/verdict.ts';
import { key, left, reportOf, row, tableSection } from '../../report/blocks.ts';
import type { ReportDocument, Section } from '../../report/model.ts';
import { count, id, prose, sentence, state, toneOf } from '../../report/spans.ts';
import type { HealthFindings } from '../find/health.ts';
import { healthSection } from './health.ts';

/** One endpoint in the table of all. */
export interface EndpointLine {
  readonly endpoint: string;
  readonly incumbentPath: string;
  readonly candidatePath: string;
  readonly verdict: GateState;
  /** Figures in a few words. */
  readonly figures: string;
  /** What the ledger made of it. */
  readonly ledger: string;
}

/** All endpoints as one report, below the health of the stack; it is as good as the worst of them. */
export function endpointsReport(
  lines: readonly EndpointLine[],
  health: HealthFindings | null,
): ReportDocument {
  const ofState = (wanted: GateState): number =>
    lines.filter(({ verdict }) => verdict === wanted).length;
  const isUp = health === null || health.up === health.of;
  const answer: GateState =
    ofState('fail') > 0 || !isUp ? 'fail' : ofState('inconclusive') > 0 ? 'inconclusive' : 'pass';
  return reportOf([...(health === null ? [] : [healthSection(health)]), endpointsSection(lines)], {
    verdict: {
      state: answer,
      tone: toneOf(answer),
      sentence: prose`${count(ofState('pass'))} of ${count(lines.length)} endpoints pass, ${count(ofState('fail'))} fail, ${count(ofState('inconclusive'))} could not be decided`,
    },
  });
}

/** The table of all endpoints. */
function endpointsSection(lines: readonly EndpointLine[]): Section {
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
