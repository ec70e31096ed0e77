import { UsageError } from '../../errors.ts';
import { storedVerdict } from '../../gate/stored-verdict.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { DerivedRun } from '../../report/judged.ts';
import type { ReportDocument } from '../../report/model.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { type CutoverFindings, cutoverFindings } from '../find/findings.ts';
import { cutoverSentence } from '../judge/cutover-sentence.ts';
import { type CutoverVerdict, judgeCutover } from '../judge/judge-cutover.ts';
import { cutoverPartCodec, cutoverPlanCodec } from '../record/cutover-codec.ts';
import { type CutoverObservations, type CutoverPart, joinParts } from '../record/observations.ts';
import { cutoverReport } from '../report/cutover-report.ts';

/** Name of the block with the plan of a run, and how those with what was seen begin. */
export const CUTOVER_PLAN_BLOCK = 'plan';
export const PART_BLOCK = 'part-';

/** What was seen of a frontend, with all that follows from it. */
export interface DerivedCutover {
  readonly observations: CutoverObservations;
  readonly findings: CutoverFindings;
  readonly verdict: CutoverVerdict;
  readonly report: ReportDocument;
}

/**
 * Derives everything that follows from what was seen of a frontend, as far as it was recorded.
 * @throws UsageError where nothing was recorded, or a record is not what it should be
 */
export async function rescoreCutover(run: RunReader): Promise<DerivedRun> {
  const isComplete = run.description?.status === 'complete' && run.lost.length === 0;
  const derived = await deriveCutover(run, isComplete);
  const { verdict, report } = derived;
  const { state, gates } = verdict;
  return {
    report,
    verdict: { state, gates, sentence: cutoverSentence(verdict) },
    files: cutoverFiles(derived),
  };
}

/** What is stored. */
export function cutoverFiles({ findings, verdict, report }: DerivedCutover): DerivedFiles {
  return {
    findings,
    verdict: storedVerdict(verdict, cutoverSentence(verdict), String),
    ...storedForms(report),
  };
}

/** The same where the caller knows whether everything was looked at. */
export async function deriveCutover(run: RunReader, isComplete: boolean): Promise<DerivedCutover> {
  const names = run.recordNames(PART_BLOCK, cutoverPartCodec);
  if (names.length === 0) {
    throw new UsageError('run-unfinished', `${run.folder}: nothing was recorded`, {
      hint: run.issues[0] ?? 'the run ended before its first block: start it again',
    });
  }
  const plan = await run.record(CUTOVER_PLAN_BLOCK, cutoverPlanCodec);
  const parts: CutoverPart[] = [];
  for (const name of names) parts.push(await run.record(name, cutoverPartCodec));
  const observations = joinParts(plan, parts);
  const findings = cutoverFindings(observations, {
    p95Margin: plan.margin,
    gatesP95: plan.gatesP95,
  });
  const verdict = judgeCutover(findings, isComplete);
  return { observations, findings, verdict, report: cutoverReport(findings, verdict) };
}
