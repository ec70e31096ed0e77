import { deriveFindings } from '../../src/derive/run/derive-findings.ts';
import { needsAttribution } from '../../src/derive/run/needs-attribution.ts';
import { queryTable } from '../../src/derive/run/query-table.ts';
import { readRecordedRun } from '../../src/derive/run/recorded-run.ts';
import { reportContext } from '../../src/derive/run/report-context.ts';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import type { Pair } from '../../src/observe/ask.ts';
import { openRun } from '../../src/record/open-run.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { EndableProgress } from '../terminal-progress.ts';
import { withAttribution } from './attribution.ts';
import type { Job } from './job.ts';
import type { MeasuredRun } from './measure-job.ts';

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
  const report = renderMarkdown(findings, verdict, context);
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
