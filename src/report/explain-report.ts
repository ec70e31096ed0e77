import { reportOf } from './blocks.ts';
import type { ReportDocument } from './model.ts';
import {
  type ExplainedQuery,
  explainedSection,
  type WorstQueries,
  worstSection,
} from './sections/explain.ts';

/** One query side by side, in each operation that it was asked in. */
export function explainReport(queries: readonly ExplainedQuery[]): ReportDocument {
  return reportOf(queries.map(explainedSection));
}

/** The queries of each operation that disagree most. */
export function worstReport(cells: readonly WorstQueries[]): ReportDocument {
  return reportOf(cells.map(worstSection));
}
