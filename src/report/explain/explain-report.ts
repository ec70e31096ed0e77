import type { Verdict } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import { looseList, reportOf, section } from '../blocks.ts';
import type { ReportDocument, Section } from '../model.ts';
import { sentence } from '../spans.ts';
import {
  type ExplainedQuery,
  explainedSection,
  type WorstQueries,
  worstSection,
} from './explain-sections.ts';
import { failedGatesSections } from './failed-gates.ts';

/** One query side by side, in each operation that it was asked in. */
export function explainReport(queries: readonly ExplainedQuery[]): ReportDocument {
  return reportOf(queries.map(explainedSection));
}

/** What a run was judged by. */
export interface Judged extends Pick<Verdict, 'gates' | 'remarks'> {
  readonly findings: Findings;
}

/** The gates that failed, sides that answer otherwise when asked again, and the queries that disagree most. */
export function worstReport(
  cells: readonly WorstQueries[],
  judged: Judged | null = null,
): ReportDocument {
  const failed = judged === null ? [] : failedGatesSections(judged.gates, judged.findings);
  return reportOf([...failed, ...unsteadySection(judged), ...cells.map(worstSection)]);
}

/** What a side is unsteady by may be told as the work of a component. */
function unsteadySection(judged: Judged | null): Section[] {
  const told = (judged?.remarks ?? []).filter(({ kind }) => kind === 'unsteady');
  return told.length === 0
    ? []
    : [
        section('unsteady', 'Answered otherwise when asked again', [
          looseList(told.map(({ text }) => sentence(text))),
        ]),
      ];
}
