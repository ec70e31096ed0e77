import type { GatesConfig } from '../../config/schema.ts';
import { UsageError } from '../../errors.ts';
import { storedVerdict } from '../../gate/stored-verdict.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { DerivedRun } from '../../report/judged.ts';
import type { ReportDocument } from '../../report/model.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import type { ProbeFindings } from '../find/findings.ts';
import { judgeProbe, type ProbeVerdict } from '../judge/judge-probe.ts';
import { probeLine, probeSentence } from '../judge/probe-sentence.ts';
import { probeCodec } from '../record/probe-codec.ts';
import type { ProbeRecord } from '../record/probe-record.ts';
import { probeReport } from '../report/probe-report.ts';
import { deriveProbe } from './derive.ts';

/** Name of the one block of a run of a probe. */
export const PROBE_BLOCK = 'probe';

/** A probe as it was recorded, with all that follows from it. */
export interface JudgedProbe {
  readonly record: ProbeRecord;
  readonly findings: ProbeFindings;
  readonly verdict: ProbeVerdict;
  readonly report: ReportDocument;
}

/**
 * Derives everything that follows from the record of a probe.
 * @throws UsageError where the run was killed before its record was written, or the record is damaged
 */
export async function rescoreProbe(run: RunReader): Promise<DerivedRun> {
  const judged = await judgedProbe(run);
  const { findings, verdict, report } = judged;
  const { state, gates } = verdict;
  return {
    report,
    verdict: { state, gates, sentence: probeSentence(findings, verdict) },
    files: probeFiles(judged),
  };
}

/** What is stored. */
export function probeFiles({ findings, verdict, report }: JudgedProbe): DerivedFiles {
  return {
    findings,
    verdict: storedProbeVerdict(findings, verdict),
    ...storedForms(report),
  };
}

/** The form of a verdict of a probe that is written. */
export function storedProbeVerdict(findings: ProbeFindings, verdict: ProbeVerdict) {
  return {
    probe: findings.probe,
    line: probeLine(findings, verdict),
    ...storedVerdict(verdict, probeSentence(findings, verdict), String),
  };
}

/**
 * The same with what it is made of.
 * @throws UsageError where the run was killed before its record was written, or the record is damaged
 */
export async function judgedProbe(run: RunReader, signal?: AbortSignal): Promise<JudgedProbe> {
  const { description, folder } = run;
  if (description === null) {
    throw new UsageError('run-unfinished', `${folder}: the run was killed before it began to ask`, {
      hint: 'start it again',
    });
  }
  const record = await run.record(PROBE_BLOCK, probeCodec);
  const gates = (description.config as { readonly gates?: GatesConfig } | null)?.gates ?? {};
  const { findings, sections } = await deriveProbe(record, gates, signal);
  const verdict = judgeProbe(findings);
  const { id, createdAt, toolVersion, backends } = description;
  const context = {
    runId: id,
    createdAt,
    toolVersion,
    incumbent: backends.incumbent.url,
    candidate: backends.candidate.url,
  };
  const report = probeReport(findings, verdict, context, sections);
  return { record, findings, verdict, report };
}
