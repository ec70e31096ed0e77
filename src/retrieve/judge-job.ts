import type { EndableProgress } from '../../bench/terminal-progress.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { evaluateGates } from '../gate/evaluate.ts';
import type { Pair } from '../observe/ask.ts';
import { openRun } from '../record/open-run.ts';
import { renderMarkdown } from '../report/render/markdown.ts';
import { retrieveReport } from '../report/retrieve-report.ts';
import { withAttribution } from './attribution.ts';
import { deriveFindings } from './derive-findings.ts';
import type { Job } from './job.ts';
import type { MeasuredRun } from './measure-job.ts';
import { needsAttribution } from './needs-attribution.ts';
import { queryTable } from './query-table.ts';
import { readRecordedRun } from './recorded-run.ts';
import { reportContext } from './report-context.ts';

/** Derives findings from what is on disk, judges them, completes the run folder and prints; gives the exit code. */
export async function judgeJob(
  job: Job,
  { writer, manifest, truth }: MeasuredRun,
  backends: Pair,
  progress: EndableProgress,
): Promise<ExitCode> {
  const { config, json, io } = job;
  if (truth === null) {
    await writer.finish(manifest);
    progress.end();
    io.stderr(`bench: interrupted before anything was measured; run folder ${writer.folder}\n`);
    return EXIT.interrupted;
  }
  progress.stage('judging', 0);
  const recorded = {
    ...(await readRecordedRun(await openRun(writer.folder))),
    // The manifest is written last.
    declared: manifest.backends,
    complete: manifest.status === 'complete',
  };
  const { findings: measured, input } = await deriveFindings(recorded, { truth });
  const verdict = evaluateGates(measured, config.gates);
  const findings = needsAttribution(measured, verdict)
    ? await withAttribution(measured, recorded, backends, { config, writer, progress, io })
    : measured;
  const context = reportContext(writer.id, writer.createdAt, manifest);
  const report = renderMarkdown(retrieveReport(findings, verdict, context));
  await writer.writeQueries(queryTable(input));
  await writer.writeJson('findings.json', findings);
  await writer.writeJson('verdict.json', verdict);
  await writer.writeText('report.md', report);
  await writer.finish(manifest);
  progress.end();
  io.stdout(json ? `${JSON.stringify({ run: writer.folder, verdict, findings })}\n` : report);
  io.stderr(`bench: run folder ${writer.folder}\n`);
  io.stderr(`bench: ${verdict.verdict}: ${verdict.sentence}\n`);
  return manifest.status === 'interrupted' ? EXIT.interrupted : verdict.exitCode;
}
