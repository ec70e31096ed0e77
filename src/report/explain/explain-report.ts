import type { GateResult } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import { reportOf } from '../blocks.ts';
import type { ReportDocument } from '../model.ts';
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

/** The gates that failed, and the queries of each operation that disagree most. */
export function worstReport(
  cells: readonly WorstQueries[],
  judged: { readonly gates: readonly GateResult[]; readonly findings: Findings } | null = null,
): ReportDocument {
  const failed = judged === null ? [] : failedGatesSections(judged.gates, judged.findings);
  return reportOf([...failed, ...cells.map(worstSection)]);
}
