import { join, parse } from 'node:path';
import type { Command } from 'commander';
import { encodeProbeFindings } from '../../src/probes/find/findings.ts';
import type { ProbeResult } from '../../src/probes/job/carry-out.ts';
import { type ProbesResult, probe } from '../../src/probes/job/probe.ts';
import { storedProbeVerdict } from '../../src/probes/job/rescore-probe.ts';
import type { RequestedProbe } from '../../src/probes/job/tasks.ts';
import { probeLine, probeSentence } from '../../src/probes/judge/probe-sentence.ts';
import { spansOf } from '../../src/report/spans.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { terminalProgress } from '../terminal-progress.ts';

/** What the commands of single probes share. */
export interface ProbeFlags extends ConfigFlags, OutputFlags {}

/** Adds the flags that the commands of single probes share. */
export function addProbeOptions(command: Command): Command {
  return addOutputOptions(addConfigOptions(command));
}

interface ProbeCommandOptions {
  /** Whether an embedded pair lets SQL statements change rows. */
  readonly allowWrites?: boolean;
}

/** Carries out one probe as a command line asks, prints what came of it, and gives it. */
export async function runProbe(
  requested: RequestedProbe,
  flags: ProbeFlags,
  io: Io,
  { allowWrites = false }: ProbeCommandOptions = {},
): Promise<ProbesResult> {
  const { config } = await configOf(flags, io);
  const progress = terminalProgress(io);
  let printed = 0;
  try {
    return await probe(config, {
      probes: [requested],
      signal: io.signal,
      progress,
      openBackends: (wanted, signal) => openBackends(wanted, signal, { allowWrites }),
      onResult: async (result) => {
        progress.end();
        await printProbe(result, fileFor(flags, result, printed), io);
        printed += 1;
      },
    });
  } finally {
    progress.end();
  }
}

/** Prints a result: the report, and its short line last where that is not JSON or HTML. */
async function printProbe(result: ProbeResult, flags: OutputFlags, io: Io): Promise<void> {
  const { findings, verdict, runFolder, report } = result;
  const screen = screenOf(report, runFolder, io);
  const printed = {
    // One probe may ask two endpoints, each with a screen of its own.
    screen: screen && {
      ...screen,
      sentence: [`${result.endpoint}: `, ...spansOf(screen.sentence)],
    },
    report,
    figures: () => ({
      run: runFolder,
      verdict: storedProbeVerdict(findings, verdict),
      findings: encodeProbeFindings(findings),
    }),
  };
  await printReport(printed, flags, io);
  const { output, json } = flags;
  const isText = json !== true && output?.form !== 'json' && output?.form !== 'html';
  if (isText) io.stdout(`\n${probeLine(findings, verdict)}\n`);
  const answer = `${result.endpoint}: ${verdict.state}: ${probeSentence(findings, verdict)}`;
  sayRun({ runFolder, answer }, flags, io);
}

/** Several paths make several files: the name of each but the first says which path it is. */
function fileFor(flags: OutputFlags, { endpoint }: ProbeResult, at: number): OutputFlags {
  const { output } = flags;
  if (at === 0 || output === undefined || output.file === null) return flags;
  const { dir, name, ext } = parse(output.file);
  const file = join(dir, `${name}-${endpoint.replace(/\W+/g, '-')}${ext}`);
  return { ...flags, output: { ...output, file } };
}
