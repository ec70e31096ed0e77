import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ExitCode, UsageError } from '../../src/errors.ts';
import { loadSentence } from '../../src/gate/load/load-sentence.ts';
import { type JudgedLoad, load } from '../../src/load/job/load.ts';
import { loadFiles } from '../../src/load/job/rescore-load.ts';
import { hdrFileOf } from '../../src/load/record/hdr-file.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openingWith } from '../open-backends.ts';
import { addOutputOptions, printReport } from '../output.ts';
import { sayInterrupted, sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { type MachineFlags, machineCount, machinesOn } from '../queue/load-machines.ts';
import { addQueueOptions, openQueue } from '../queue/queue-options.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addLoadOptions, type LoadFlags, loadPlanOf } from './load-flags.ts';

/** `bench load`: the latency–throughput curve of two backends, from the same interleaved schedule. */
export const loadCommand: DefineCommand = (command, io, done) => {
  addQueueOptions(addOutputOptions(addLoadOptions(addConfigOptions(command))))
    .option('--machines <n>', 'with --queue: how many workers put the load together')
    .description(
      'put two backends under the same open-loop load: latency, errors and recall by rate; judged where objectives are set (gates.p95.margin, gates.p99.maxMs, gates.recallUnderLoad, gates.errors)',
    )
    .action(async (flags: LoadFlags & MachineFlags) => {
      const { config, origins } = await configOf(flags, io);
      const plan = loadPlanOf(flags);
      await checkHdr(flags, io);
      const progress = terminalProgress(io);
      try {
        const count = machineCount(flags, plan, config);
        await using queue = await openQueue(flags, io, progress.note);
        const result = await load(config, {
          ...(queue === null
            ? {}
            : {
                machines: await machinesOn(queue, { count, config, progress, signal: io.signal }),
              }),
          signal: io.signal,
          progress,
          origins,
          plan,
          openBackends: openingWith(progress),
        });
        progress.end();
        if (result.verdict === null) {
          const { runFolder } = result;
          if (runFolder !== null) sayInterrupted(runFolder, io);
          return done(result.exitCode);
        }
        await writeHdr(result, flags, io);
        done(await print(result, flags, io));
      } finally {
        progress.end();
      }
    });
};

/** A file that cannot be written in the end would be known too late. */
async function checkHdr({ hdr }: LoadFlags, io: Io): Promise<void> {
  if (hdr === undefined) return;
  const folder = dirname(resolve(io.cwd, hdr));
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new UsageError('load-hdr', `--hdr ${hdr}: cannot be written`, {
      hint: `make the folder ${folder}`,
      cause,
    });
  }
}

async function writeHdr({ observed }: JudgedLoad, { hdr }: LoadFlags, io: Io): Promise<void> {
  if (hdr === undefined) return;
  const text = `${JSON.stringify(await hdrFileOf(observed.rungs), null, 2)}\n`;
  await writeWhole(resolve(io.cwd, hdr), Buffer.from(text));
}

async function print(result: JudgedLoad, flags: LoadFlags, io: Io): Promise<ExitCode> {
  const { status, runFolder, findings, verdict, report, error, exitCode } = result;
  const figures = () => {
    const stored = loadFiles(result);
    return { run: runFolder, verdict: stored.verdict, findings: stored.findings };
  };
  await printReport({ screen: screenOf(report, runFolder, io), report, figures }, flags, io);
  sayRun({ runFolder, answer: `${verdict.state}: ${loadSentence(verdict)}` }, flags, io);
  const isJudged = verdict.state !== 'informational';
  if (status === 'complete' && isJudged && findings.rungs.length === 0) {
    io.stderr('bench: objectives are judged at rates: name some with --rates\n');
  }
  if (error !== null) {
    io.stderr(`bench: ${error.message}; what was measured until then is kept\n`);
    if (error.hint !== null) io.stderr(`  hint: ${error.hint}\n`);
  }
  return exitCode;
}
