import { randomBytes } from 'node:crypto';
import { openBackends } from '../../../bench/backends.ts';
import { type ConfigFlags, configOf } from '../../../bench/config-options.ts';
import type { Io } from '../../../bench/io.ts';
import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import type { Corpus } from '../../corpus/types.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import type { LedgerInput } from '../../logs/ledger/row.ts';
import type { OpenBackends } from '../../observe/open-backends.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { createRun } from '../../record/run-folder.ts';
import type { Section } from '../../report/model.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import type { ProbeFindings } from '../find/findings.ts';
import { judgeProbe, type ProbeVerdict } from '../judge/judge.ts';
import { probeLedgerInput } from '../judge/ledger-input.ts';
import { probePreflight, type Said } from '../observe/answered.ts';
import { formatProbeRecord, parseProbeRecord } from '../record/answer.ts';
import { type ProbeContext, probeReport } from '../report/probe-report.ts';

/** Two connected backends that have answered, and what a probe needs beside them. */
export interface ProbeSession {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly backends: OpenBackends;
  readonly said: Said;
  readonly io: Io;
}

/** One probe: what it observes, what that means, and what its report shows beside the checks. */
export interface ProbeTask<Findings extends ProbeFindings> {
  /** Name in tables and the ledger. */
  readonly endpoint: string;
  /** What was asked, as JSON can hold it. */
  readonly observe: (session: ProbeSession) => Promise<unknown>;
  readonly findings: (record: never) => Findings | Promise<Findings>;
  /** What was asked, where that is not the corpus: another question is other evidence. */
  readonly inputs?: (record: never) => unknown;
  readonly sections?: (findings: Findings) => readonly Section[];
}

/** A probe that was carried out, recorded and judged. */
export interface ProbeResult {
  readonly endpoint: string;
  readonly findings: ProbeFindings;
  readonly verdict: ProbeVerdict;
  readonly report: string;
  readonly folder: string;
  readonly ledgerInput: LedgerInput;
}

/**
 * Carries out one probe and leaves a run folder with what was observed, the findings and the verdict.
 * The findings are made from the record as it reads back, so that they can be made again from it.
 */
export async function carryOutProbe<Findings extends ProbeFindings>(
  task: ProbeTask<Findings>,
  session: ProbeSession,
): Promise<ProbeResult> {
  const { config, corpus, backends, said } = session;
  const text = formatProbeRecord(await task.observe(session));
  const record = parseProbeRecord(text) as never;
  const findings = await task.findings(record);
  const asked = task.inputs?.(record);
  const verdict = judgeProbe(findings);
  const writer = await createRun({ parentFolder: config.runs });
  const salt = randomBytes(16).toString('hex');
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
    salt,
  });
  const context: ProbeContext = {
    runId: writer.id,
    createdAt: writer.createdAt,
    toolVersion: input.toolVersion,
    incumbent: backends.incumbent.url,
    candidate: backends.candidate.url,
  };
  const report = renderMarkdown(
    probeReport(findings, verdict, context, task.sections?.(findings) ?? []),
  );
  await writer.writeText('probe.json', text);
  await writer.writeJson('findings.json', findings);
  await writer.writeJson('verdict.json', verdict);
  await writer.writeText('report.md', report);
  const manifest = await writer.finish(input);
  return {
    endpoint: task.endpoint,
    findings,
    verdict,
    report,
    folder: writer.folder,
    ledgerInput: probeLedgerInput(task.endpoint, findings, verdict, {
      id: writer.id,
      createdAt: writer.createdAt,
      hashes: {
        ...evidenceOfManifest(manifest),
        ...(asked === undefined ? {} : { queries: sha256Hex(Buffer.from(JSON.stringify(asked))) }),
      },
    }),
  };
}

/** What a command wants of its session beside the configuration. */
export interface SessionOptions {
  /** Whether an embedded pair lets SQL statements change rows. */
  readonly allowWrites?: boolean;
}

/**
 * Opens both backends, runs `work`, and closes them whatever happens.
 * @returns the code of `work`, or 130 where Ctrl-C came first.
 */
export async function withSession(
  flags: ConfigFlags,
  io: Io,
  options: SessionOptions,
  work: (session: ProbeSession) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { config } = await configOf(flags, io);
  const corpus = await loadCorpus(config.corpus);
  let backends: OpenBackends | null = null;
  try {
    backends = await openBackends(config, io.signal, options);
    const said = await probePreflight(backends, io.signal);
    const code = await work({ config, corpus, backends, said, io });
    return io.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    await backends?.close();
  }
}

/** Prints a result: the report, and its short line last. */
export function printResult(result: ProbeResult, json: boolean, io: Io): void {
  const { findings, verdict, folder, report } = result;
  io.stdout(
    json
      ? `${JSON.stringify({ run: folder, verdict, findings })}\n`
      : `${report}\n${verdict.line}\n`,
  );
  io.stderr(`bench: run folder ${folder}\n`);
  io.stderr(`bench: ${result.endpoint}: ${verdict.state}: ${verdict.sentence}\n`);
}

/** The code of several verdicts: a failure outweighs what is inconclusive, that outweighs a pass. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    EXIT.interrupted,
    EXIT.usage,
    EXIT.infrastructure,
    EXIT.fail,
    EXIT.inconclusive,
  ];
  return order.find((code) => codes.includes(code)) ?? EXIT.pass;
}
