import { encodeProbeFindings } from '../../src/probes/find/findings.ts';
import type { ProbeResult } from '../../src/probes/job/carry-out.ts';
import { type ProbesResult, probe } from '../../src/probes/job/probe.ts';
import { storedProbeVerdict } from '../../src/probes/job/rescore-probe.ts';
import type { RequestedProbe } from '../../src/probes/job/tasks.ts';
import { probeLine, probeSentence } from '../../src/probes/judge/probe-sentence.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { terminalProgress } from '../terminal-progress.ts';

/** What the commands of single probes share. */
interface ProbeCommandOptions {
  /** Whether an embedded pair lets SQL statements change rows. */
  readonly allowWrites?: boolean;
  readonly json?: boolean | undefined;
}

/** Carries out one probe as a command line asks, prints what came of it, and gives it. */
export async function runProbe(
  requested: RequestedProbe,
  flags: ConfigFlags,
  io: Io,
  { allowWrites = false, json = false }: ProbeCommandOptions = {},
): Promise<ProbesResult> {
  const { config } = await configOf(flags, io);
  const progress = terminalProgress(io);
  try {
    return await probe(config, {
      probes: [requested],
      signal: io.signal,
      progress,
      openBackends: (wanted, signal) => openBackends(wanted, signal, { allowWrites }),
      onResult: (result) => {
        progress.end();
        printProbe(result, json, io);
      },
    });
  } finally {
    progress.end();
  }
}

/** Prints a result: the report, and its short line last. */
function printProbe(result: ProbeResult, json: boolean, io: Io): void {
  const { findings, verdict, runFolder, report } = result;
  io.stdout(
    json
      ? `${JSON.stringify({ run: runFolder, verdict: storedProbeVerdict(findings, verdict), findings: encodeProbeFindings(findings) })}\n`
      : `${renderMarkdown(report)}\n${probeLine(findings, verdict)}\n`,
  );
  io.stderr(`bench: run folder ${runFolder}\n`);
  io.stderr(`bench: ${result.endpoint}: ${verdict.state}: ${probeSentence(findings, verdict)}\n`);
}
