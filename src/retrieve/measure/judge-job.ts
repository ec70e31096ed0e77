import { EXIT } from '../../errors.ts';
import { evaluateGates } from '../../gate/evaluate.ts';
import { encodeVerdict } from '../../gate/stored-verdict.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import type { Findings } from '../../parity/findings.ts';
import { encodeFindings } from '../../parity/stored-findings.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { retrieveReport } from '../../report/retrieve-report.ts';
import { deriveFindings } from '../derive/derive-findings.ts';
import { needsAttribution } from '../derive/needs-attribution.ts';
import { queryTable } from '../derive/query-table.ts';
import { reportContext } from '../derive/report-context.ts';
import { withAttributions } from '../derive/run-attribution.ts';
import { pageOfRun } from '../page/page-of-run.ts';
import { lookOf, type RecordedPlan, readRecordedRun } from '../record/recorded-run.ts';
import type { RetrieveResult } from '../retrieve-result.ts';
import { unmeasured } from '../retrieve-result.ts';
import { askAttribution } from './attribution.ts';
import type { Job } from './job.ts';
import { againLine, journalLines, judgedAtItsLook, nameOfCandidate } from './look.ts';
import type { MeasuredRun } from './measure-job.ts';
import { PLAN_FILE } from './recorded-plan.ts';

/** Derives findings from what is on disk, judges them and completes the run folder. */
export async function judgeJob(job: Job, measured: MeasuredRun): Promise<RetrieveResult> {
  try {
    return await judged(job, measured);
  } finally {
    await measured.writer.leave();
  }
}

async function judged(
  job: Job,
  { writer, manifest: measuredRun, truth, asked }: MeasuredRun,
): Promise<RetrieveResult> {
  const { config, progress, signal } = job;
  if (truth === null) {
    await writer.finish(measuredRun);
    return unmeasured(writer.folder);
  }
  progress.stage('judging', 0);
  const readBack = await writer.readBack();
  const recorded = {
    ...(await readRecordedRun(readBack)),
    // The corpus of this run, whose rows without a text have their stand-ins.
    corpus: job.corpus,
    // The manifest is written last.
    declared: measuredRun.backends,
    complete: measuredRun.status === 'complete',
  };
  const {
    findings: measured,
    input,
    attributed: derived,
  } = await deriveFindings(recorded, { truth, signal });
  const judge = (all: Findings, plan: RecordedPlan): Verdict =>
    evaluateGates(all, config.gates, { look: lookOf(plan) });
  const first = judge(measured, recorded.plan);
  const explains = needsAttribution(measured, first);
  const attributed =
    explains && !signal.aborted
      ? await askAttribution(recorded, patientPair(asked).pair, job, writer)
      : derived;
  const explained = withAttributions(measured, attributed, truth.queries);
  // Who interrupts the end of a run goes on with it too.
  const isCut = measured.referenceLeft === true || (explains && signal.aborted);
  const findings = isCut ? { ...explained, complete: false } : explained;
  const manifest = isCut ? { ...measuredRun, status: 'interrupted' as const } : measuredRun;
  const { plan, verdict } = await judgedAtItsLook(
    recorded.plan,
    (own) =>
      attributed.size === 0 && !isCut && own === recorded.plan ? first : judge(findings, own),
    {
      run: writer.id,
      folder: writer.folder,
      at: writer.createdAt,
      journal: journalLines(readBack),
      candidate: nameOfCandidate(config),
      judged: { findings, gates: config.gates },
    },
  );
  if (plan !== recorded.plan && plan.look !== undefined) {
    progress.note(againLine(plan.look));
    await writer.writeJson(PLAN_FILE, plan);
  }
  const context = reportContext(writer.id, writer.createdAt, manifest);
  const report = retrieveReport(findings, verdict, context);
  await writer.writeQueries(queryTable(input));
  await writer.writeJson('findings.json', encodeFindings(findings));
  await writer.writeJson('verdict.json', encodeVerdict(verdict));
  await writer.writeText('report.md', renderMarkdown(report));
  const { data, page } = pageOfRun(
    { input, attributed, floor: recorded.floor ?? null },
    { findings, verdict, context, report },
  );
  await writer.writeText('report.html', page());
  await writer.finish(manifest);
  const status = manifest.status === 'interrupted' ? 'interrupted' : 'complete';
  return {
    status,
    runFolder: writer.folder,
    findings,
    verdict,
    context,
    report,
    cells: data.cells,
    exitCode: status === 'interrupted' ? EXIT.interrupted : verdict.exitCode,
  };
}
