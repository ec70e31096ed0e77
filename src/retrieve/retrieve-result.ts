import { EXIT, type ExitCode } from '../errors.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Findings } from '../parity/findings.ts';
import type { ReportContext } from '../report/context.ts';
import type { ReportDocument } from '../report/model.ts';
import type { PageCell } from '../report/page/page-data.ts';

/** A run that was measured and judged; `status` says whether all of it was asked. */
export interface JudgedRetrieval {
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  readonly findings: Findings;
  readonly verdict: Verdict;
  /** Which run it is, of which backends. */
  readonly context: ReportContext;
  /** The tables; `renderMarkdown` gives the run's `report.md` of them. */
  readonly report: ReportDocument;
  /** Every query of each operation, those that differ most first. */
  readonly cells: readonly PageCell[];
  /** That of the verdict, or 130 where the run was interrupted. */
  readonly exitCode: ExitCode;
}

/** A run that was interrupted before there was anything to judge. */
export interface UnmeasuredRetrieval {
  readonly status: 'interrupted';
  /** Null where the run was not even begun. */
  readonly runFolder: string | null;
  readonly findings: null;
  readonly verdict: null;
  readonly report: null;
  readonly exitCode: typeof EXIT.interrupted;
}

/** How the main job ended. */
export type RetrieveResult = JudgedRetrieval | UnmeasuredRetrieval;

/** The result of a run that was interrupted before there was anything to judge. */
export function unmeasured(runFolder: string | null): UnmeasuredRetrieval {
  return {
    status: 'interrupted',
    runFolder,
    findings: null,
    verdict: null,
    report: null,
    exitCode: EXIT.interrupted,
  };
}
