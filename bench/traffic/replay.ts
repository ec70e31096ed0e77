import { resolve } from 'node:path';
import { replayCapture } from '../../src/replay/job/replay.ts';
import { replayReport } from '../../src/replay/report/replay-report.ts';
import { openCapture } from '../../src/traffic/capture-record.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import { openingWith } from '../open-backends.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { positiveFlag } from './traffic-options.ts';
import { trafficRecall } from './truth-by-need.ts';

interface ReplayFlags extends ConfigFlags, OutputFlags {
  readonly speed: number;
  readonly deadline: number;
  readonly truth?: boolean;
}

/** `bench replay`: the arrivals of a capture against both sides, at the times at which they came. */
export const replayCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(addConfigOptions(command))
    .argument('<capture>', 'run folder of bench capture')
    .option('--speed <times>', 'how many times as fast as it was recorded', positiveFlag, 1)
    .option('--deadline <ms>', 'after which a request is given up', positiveFlag, 10_000)
    .option('--truth', 'recall of the answers, for needs that the corpus asks')
    .action(async (capture: string, flags: ReplayFlags) => {
      const { config } = await configOf(flags, io);
      // A name that is wrong shall not wait for backends.
      await openCapture(resolve(io.cwd, capture));
      const progress = terminalProgress(io);
      const backends = await openingWith(progress)(config, io.signal);
      try {
        const recallOf =
          flags.truth === true
            ? await trafficRecall(config, backends, { signal: io.signal, progress })
            : undefined;
        const result = await replayCapture(
          {
            capture: resolve(io.cwd, capture),
            speed: flags.speed,
            deadlineMs: flags.deadline,
            pace: 'precise',
            runs: config.runs,
          },
          {
            backends,
            signal: io.signal,
            progress,
            ...(recallOf === undefined ? {} : { recallOf }),
          },
        );
        progress.end();
        const { findings, runFolder: run } = result;
        const report = replayReport(findings);
        const screen = screenOf(report, run, io);
        await printReport({ screen, report, figures: () => ({ run, findings }) }, flags, io);
        sayRun({ runFolder: run }, flags, io);
        done(result.exitCode);
      } finally {
        progress.end();
        await backends.close();
      }
    });
};
