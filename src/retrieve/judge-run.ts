import type { GatesConfig } from '../config/schema.ts';
import { UsageError } from '../errors.ts';
import { evaluateGates } from '../gate/evaluate.ts';
import type { Verdict } from '../gate/verdict.ts';
import { openRun } from '../record/open-run.ts';
import type { RunReader } from '../record/run-reader.ts';
import type { ReportDocument } from '../report/model.ts';
import { retrieveReport } from '../report/retrieve-report.ts';
import { type Derived, deriveFindings } from './derive/derive-findings.ts';
import { reportContext } from './derive/report-context.ts';
import { readRecordedRun } from './record/recorded-run.ts';

/** A stored run, derived and judged again from its observations alone. */
export interface JudgedRun extends Derived {
  readonly reader: RunReader;
  readonly verdict: Verdict;
  readonly report: ReportDocument;
}

/**
 * Opens a run folder, derives every figure from its observations and judges it.
 * @param gates margins to judge with; absent: those the run was made with
 * @throws UsageError where the folder is no finished run or is damaged
 */
export async function judgeRun(
  folder: string,
  options: { readonly gates?: GatesConfig; readonly swap?: boolean } = {},
): Promise<JudgedRun> {
  const reader = await openRun(folder);
  if (reader.manifest === null) {
    throw new UsageError(
      'run-unfinished',
      `${folder}: the run was killed before its manifest was written`,
      {
        hint: 'go on with it: bench retrieve --resume RUN',
      },
    );
  }
  const swap = options.swap === true;
  const derived = await deriveFindings(await readRecordedRun(reader), { swap });
  const gates = options.gates ?? gatesOf(reader.manifest.config);
  const verdict = evaluateGates(derived.findings, gates);
  const context = reportContext(reader.id, reader.manifest.createdAt, reader.manifest, swap);
  return {
    ...derived,
    reader,
    verdict,
    report: retrieveReport(derived.findings, verdict, context),
  };
}

/** The gates a run was judged with, from its manifest. */
function gatesOf(config: unknown): GatesConfig {
  const gates = (config as { readonly gates?: GatesConfig } | null)?.gates;
  return gates ?? {};
}
