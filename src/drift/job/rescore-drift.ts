import { UsageError } from '../../errors.ts';
import { storedVerdict } from '../../gate/stored-verdict.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { DerivedRun } from '../../report/judged.ts';
import type { ReportDocument } from '../../report/model.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { type DriftFindings, driftFindings } from '../find/findings.ts';
import { groupReplies } from '../find/group-replies.ts';
import { driftSentence } from '../judge/drift-sentence.ts';
import { type DriftVerdict, judgeDrift } from '../judge/judge-drift.ts';
import { type DriftPlan, driftPlanCodec, repliesCodec } from '../record/drift-codec.ts';
import type { CapturedPair } from '../record/raw-replies.ts';
import { driftReport } from '../report/drift-report.ts';

/** Name of the block with the plan of a run, and how those with responses begin. */
export const DRIFT_PLAN_BLOCK = 'plan';
export const REPLIES_BLOCK = 'replies-';

/** The drift of two backends as it was recorded, with all that follows from it. */
export interface DerivedDrift {
  readonly plan: DriftPlan;
  readonly findings: DriftFindings;
  readonly verdict: DriftVerdict;
  readonly report: ReportDocument;
}

/**
 * Derives everything that follows from the responses of a run, as far as they were recorded.
 * @throws UsageError where nothing was recorded, or a record is not what it should be
 */
export async function rescoreDrift(run: RunReader): Promise<DerivedRun> {
  const isComplete = run.description?.status === 'complete' && run.lost.length === 0;
  const derived = await deriveDrift(run, isComplete);
  const { verdict, report } = derived;
  const { state, gates } = verdict;
  return {
    report,
    verdict: { state, gates, sentence: driftSentence(verdict) },
    files: driftFiles(derived),
  };
}

/** What is stored. */
export function driftFiles({
  findings,
  verdict,
  report,
}: Omit<DerivedDrift, 'plan'>): DerivedFiles {
  const { fresh, vanished } = verdict;
  return {
    findings,
    verdict: { ...storedVerdict(verdict, driftSentence(verdict), String), fresh, vanished },
    ...storedForms(report),
  };
}

/** The same where the caller knows whether everything was captured. */
export async function deriveDrift(run: RunReader, isComplete: boolean): Promise<DerivedDrift> {
  const names = run.recordNames(REPLIES_BLOCK, repliesCodec);
  if (names.length === 0) {
    throw new UsageError('run-unfinished', `${run.folder}: no responses were recorded`, {
      hint: run.issues[0] ?? 'the run ended before its first block: start it again',
    });
  }
  const plan = await run.record(DRIFT_PLAN_BLOCK, driftPlanCodec);
  const pairs: CapturedPair[] = [];
  for (const name of names) pairs.push(...(await run.record(name, repliesCodec)));
  const findings = driftFindings(groupReplies(pairs), plan);
  const verdict = judgeDrift(findings.rows, plan, { isComplete, sound: findings.sound });
  return { plan, findings, verdict, report: driftReport(findings, verdict) };
}
