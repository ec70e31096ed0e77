import { resolve } from 'node:path';
import { EXIT, UsageError } from '../../src/errors.ts';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import { planAhead } from '../../src/retrieve/plan/plan-ahead.ts';
import { planReport } from '../../src/retrieve/plan/plan-report.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';

interface PlanFlags extends ConfigFlags, OutputFlags {
  readonly requestMs: string;
  readonly pilot?: string;
}

/** `bench plan`: what the main job would ask and could show; nothing is sent. */
export const planCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(
    addConfigOptions(command)
      .option('--request-ms <n>', 'assumed time of a request, in milliseconds', '10')
      .option('--pilot <run>', 'a stored run whose differences stand for those to come'),
  ).action(async (flags: PlanFlags) => {
    io.endsAtOnce?.();
    const requestMs = Number(flags.requestMs);
    if (!(requestMs > 0 && Number.isFinite(requestMs))) {
      throw new UsageError('flag-number', `--request-ms: ${flags.requestMs} is no time`, {
        hint: 'for example --request-ms 25',
      });
    }
    const { config, origins } = await configOf(flags, io);
    const pilot =
      flags.pilot === undefined
        ? undefined
        : (await judgeRun(resolve(io.cwd, flags.pilot))).findings;
    const plan = await planAhead(config, { origins, requestMs, pilot });
    await printReport({ screen: null, report: planReport(plan), figures: () => plan }, flags, io);
    done(EXIT.pass);
  });
};
