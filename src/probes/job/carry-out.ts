import { randomBytes } from 'node:crypto';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import type { LedgerInput } from '../../logs/ledger/row.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { createRun } from '../../record/run-folder.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { encodeProbeFindings, type ProbeFindings } from '../find/findings.ts';
import { judgeProbe, type ProbeVerdict } from '../judge/judge.ts';
import { probeLedgerInput } from '../judge/ledger-input.ts';
import { formatProbeRecord, parseProbeRecord } from '../record/answer.ts';
import type { ProbeRecord } from '../record/probe-record.ts';
import { type ProbeContext, probeReport } from '../report/probe-report.ts';
import { askedOf, deriveProbe } from './derive.ts';
import type { ProbeSession, ProbeTask } from './session.ts';

/** A probe that was carried out, recorded and judged. */
export interface ProbeResult {
  /** Name in tables and the ledger. */
  readonly endpoint: string;
  readonly runFolder: string;
  readonly findings: ProbeFindings;
  readonly verdict: ProbeVerdict;
  /** Markdown, equal to the run's `report.md`. */
  readonly report: string;
  /** The claim that the ledger is offered. */
  readonly ledgerInput: LedgerInput;
}

/**
 * Carries out one probe and leaves a run folder with what was observed, the findings and the verdict.
 * The findings are made from the record as it reads back, so that they can be made again from it.
 */
export async function carryOutProbe(task: ProbeTask, session: ProbeSession): Promise<ProbeResult> {
  const { config, corpus, backends, said, signal } = session;
  const text = formatProbeRecord(await task.observe(session));
  const record = parseProbeRecord(text) as ProbeRecord;
  const { findings, sections } = await deriveProbe(record, config.gates, signal);
  const asked = askedOf(record);
  const verdict = judgeProbe(findings);
  const writer = await createRun({ parentFolder: config.runs });
  const unasked = { model: null, dimension: null };
  const input = await manifestFor({
    kind: 'probe',
    config,
    corpus,
    backends,
    said: {
      incumbent: { ...said.incumbent, ...unasked },
      candidate: { ...said.candidate, ...unasked },
    },
    status: 'complete',
    salt: randomBytes(16).toString('hex'),
  });
  const context: ProbeContext = {
    runId: writer.id,
    createdAt: writer.createdAt,
    toolVersion: input.toolVersion,
    incumbent: backends.incumbent.label,
    candidate: backends.candidate.label,
  };
  const report = renderMarkdown(probeReport(findings, verdict, context, sections));
  await writer.writeText('probe.json', text);
  await writer.writeJson('findings.json', encodeProbeFindings(findings));
  await writer.writeJson('verdict.json', verdict);
  await writer.writeText('report.md', report);
  await writer.finish(input);
  return {
    endpoint: task.endpoint,
    runFolder: writer.folder,
    findings,
    verdict,
    report,
    ledgerInput: probeLedgerInput(task.endpoint, findings, verdict, {
      id: writer.id,
      createdAt: writer.createdAt,
      hashes: {
        ...evidenceOfManifest(input),
        ...(asked === undefined ? {} : { queries: sha256Hex(Buffer.from(JSON.stringify(asked))) }),
      },
    }),
  };
}
