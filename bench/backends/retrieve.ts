import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import { encodeFindings } from '../../src/parity/stored-findings.ts';
import { retrieveScreen } from '../../src/report/screen/retrieve-screen.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import type { JudgedRetrieval, RetrieveResult } from '../../src/retrieve/retrieve-result.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, collected, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openingWith } from '../open-backends.ts';
import { addOutputOptions, isScreen, type OutputFlags, printReport } from '../output.ts';
import { isGithub, printForGithub } from '../printing/github.ts';
import { sayInterrupted, tellRun } from '../printing/say-run.ts';
import { addQueueOptions, carryOutOn, openQueue, type QueueFlags } from '../queue/queue-options.ts';
import { pathFrom, programOf } from '../screen-options.ts';
import { terminalProgress } from '../terminal-progress.ts';
import {
  addQueriesOptions,
  compareCaptured,
  type QueriesFlags,
  withCapturedQueries,
} from '../traffic/queries.ts';
import { addIngestOptions } from './backend-flags.ts';
import { compareCandidates } from './candidates.ts';

interface RetrieveFlags extends ConfigFlags, OutputFlags, QueriesFlags, QueueFlags {
  readonly resume?: string;
}

/** `bench retrieve`: the main job, from two backends to a verdict. */
export const retrieveCommand: DefineCommand = (command, io, done) => {
  addIngestOptions(addQueueOptions(addQueriesOptions(addOutputOptions(addConfigOptions(command)))))
    .option('--also <url>', 'a further candidate; may be repeated', collected)
    .option(
      '--rebuild <n>',
      'build the candidate so many times more; {build} in its URL is the number of the build',
    )
    .option(
      '--equal-recall <recall>',
      'compare speed where both sides have this recall: set each effort, e.g. 0.95; or incumbent',
    )
    .option('--sequential', 'stop asking as soon as the gates on quality have decided')
    .option('--resume <run>', 'go on with a run that was interrupted or killed')
    .action(async (flags: RetrieveFlags) => {
      if (flags.baseline === true) return done(await compareCaptured(flags, io));
      const resolved = await configOf(flags, io);
      const { origins } = resolved;
      const config = await withCapturedQueries(resolved.config, flags, io);
      const progress = terminalProgress(io);
      try {
        if (config.candidates !== undefined) {
          return done(await compareCandidates({ config, origins, flags, io, progress }));
        }
        await using queue = await openQueue(flags, io, progress.note);
        const result = await retrieve(config, {
          ...(queue === null ? {} : { carryOut: await carryOutOn(queue) }),
          signal: io.signal,
          progress,
          origins,
          openBackends: openingWith(progress),
          ...(flags.resume === undefined ? {} : { resume: resolve(io.cwd, flags.resume) }),
        });
        progress.end();
        if (result.verdict !== null) await printRetrieval(result, flags, io);
        // The screen says the same.
        if (result.verdict === null || !isScreen(flags)) printVerdict(result, io);
        done(result.exitCode);
      } finally {
        progress.end();
      }
    });
};

async function printRetrieval(result: JudgedRetrieval, flags: OutputFlags, io: Io): Promise<void> {
  const { runFolder, verdict, findings, report, cells } = result;
  const run = pathFrom(io.cwd, runFolder);
  await printReport(
    {
      screen: retrieveScreen({ findings, verdict, cells, run, program: programOf(io) }),
      report,
      figures: () => ({
        run: runFolder,
        verdict: encodeVerdict(verdict),
        findings: encodeFindings(findings),
      }),
      page: () => readFileSync(join(runFolder, 'report.html'), 'utf8'),
    },
    flags,
    io,
  );
  if (isGithub(io) && isScreen(flags)) {
    const shown = {
      state: verdict.state,
      sentence: verdictSentence(verdict),
      gates: verdict.gates,
    };
    const { runId, createdAt } = result.context;
    await printForGithub([report], [{ runId, createdAt, verdict: shown }], io);
  }
}

/** Says on stderr where the run lies and what it came to. */
export function printVerdict({ runFolder, verdict }: RetrieveResult, io: Io): void {
  if (runFolder === null) return;
  if (verdict === null) {
    sayInterrupted(runFolder, io);
    const run = pathFrom(io.cwd, runFolder);
    io.stderr(
      `  hint: ${programOf(io)} retrieve --resume ${run}, with the same flags, goes on with it\n`,
    );
  } else tellRun({ runFolder, answer: `${verdict.state}: ${verdictSentence(verdict)}` }, io);
}
