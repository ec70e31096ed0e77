import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Config } from '../../src/config/resolve.ts';
import { isNamed } from '../../src/config/side.ts';
import { createFrontend } from '../../src/cutover/frontend/frontend.ts';
import { listen } from '../../src/cutover/frontend/listen.ts';
import { UsageError } from '../../src/errors.ts';
import { type ShadowResult, shadow } from '../../src/shadow/job/shadow.ts';
import { SHADOW_DEFAULTS, type ShadowConfig } from '../../src/shadow/job/shadow-config.ts';
import { SHADOW_GATES, type ShadowPlan } from '../../src/shadow/record/shadow-record.ts';
import { shadowReport } from '../../src/shadow/report/shadow-report.ts';
import { parseRule } from '../../src/traffic/redact/redactor.ts';
import { requireHttp } from '../../src/wire/call.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, collected, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openingWith } from '../open-backends.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { pathFrom } from '../screen-options.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addListenOptions, type ListenFlags, portOf } from './listening.ts';
import { factorFlag, positiveFlag, redactOption, shareFlag } from './traffic-options.ts';
import { trafficRecall } from './truth-by-need.ts';

interface ShadowFlags extends ConfigFlags, OutputFlags, ListenFlags {
  readonly page?: number;
  readonly sample: number;
  readonly again: number;
  readonly window: number;
  readonly slow: number;
  readonly margin?: readonly string[];
  readonly queue: number;
  readonly mirrors: number;
  readonly truth?: boolean;
  readonly texts: boolean;
  readonly redact?: readonly string[];
  readonly describe?: string;
  readonly webhook?: string;
  readonly until?: 'decided';
  readonly resume?: string;
}

/** `bench shadow`: serves users from the incumbent and shows the candidate a share of what they ask. */
export const shadowCommand: DefineCommand = (command, io, done) => {
  addShadowOptions(addOutputOptions(addConfigOptions(command))).action(
    async (flags: ShadowFlags) => {
      const { config } = await configOf(flags, io);
      const settings = settingsOf(flags, config, io.cwd);
      const progress = terminalProgress(io);
      if (!isNamed(config.incumbent)) {
        io.stderr('bench: no backend is named: two demo gateways take their places\n');
      }
      const backends = await openingWith(progress)(config, io.signal);
      try {
        const incumbentUrl = requireHttp(backends.incumbent, 'bench shadow').url;
        const result = await shadow(settings, {
          openFrontend: (tap) =>
            listen(
              createFrontend({ incumbentUrl, candidateUrl: null, tap }),
              flags.port,
              flags.allowHost,
            ),
          dialect: config.incumbent.dialect,
          ...backends,
          ...(flags.truth === true
            ? { recallOf: await trafficRecall(config, backends, { signal: io.signal, progress }) }
            : {}),
          signal: io.signal,
          progress,
          onReady: ({ frontend, page, runFolder }) => {
            progress.end();
            io.stdout(`frontend ${frontend}\n`);
            if (page !== null) io.stdout(`page ${page} (metrics at ${page}/metrics)\n`);
            io.stderr(`bench: run folder ${runFolder}; Ctrl-C stops it\n`);
            progress.stage('serving', 0);
          },
        });
        progress.end();
        await printShadow(result, flags, io);
        done(result.exitCode);
      } finally {
        progress.end();
        await backends.close();
      }
    },
  );
};

async function printShadow(
  { runFolder, findings, verdict }: ShadowResult,
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  const report = shadowReport(findings, verdict);
  const again = `shadow --resume ${pathFrom(io.cwd, runFolder)} # and its flags`;
  const isOpen = verdict.verdict === 'inconclusive';
  const screen = screenOf(report, runFolder, io, isOpen ? [again] : []);
  const figures = () => ({ run: runFolder, verdict, findings });
  await printReport({ screen, report, figures }, flags, io);
  sayRun({ runFolder, answer: `${verdict.verdict}: ${verdict.sentence}` }, flags, io);
}

function addShadowOptions(command: Command): Command {
  const { plan, queue, concurrency } = SHADOW_DEFAULTS;
  return addListenOptions(command.optionsGroup('Frontend:'))
    .option('--page <port>', 'show the verdict as it comes, and metrics, on this port', portOf)
    .optionsGroup('What is mirrored:')
    .option('--sample <share>', 'of the read requests that is mirrored', shareFlag, plan.sample)
    .option(
      '--again <share>',
      'of those for which the incumbent is asked again',
      shareFlag,
      plan.again,
    )
    .option('--queue <n>', 'exchanges that may wait to be mirrored', positiveFlag, queue)
    .option(
      '--mirrors <n>',
      'requests to the candidate under way at once',
      positiveFlag,
      concurrency,
    )
    .optionsGroup('How it is judged:')
    .option(
      '--window <seconds>',
      'length of a window of the clock for drift',
      positiveFlag,
      plan.windowMs / 1000,
    )
    .option(
      '--slow <times>',
      "slow is beyond so many times the incumbent's p95",
      factorFlag,
      plan.slowFactor,
    )
    .option(
      '--margin <claim=size>',
      `of ${SHADOW_GATES.join(', ')}; may be repeated (defaults: ${SHADOW_GATES.map((name) => `${name}=${plan.margins[name]}`).join(', ')})`,
      collected,
    )
    .option('--truth', 'judge recall too, for needs that the corpus asks')
    .optionsGroup('Options:')
    .option('--no-texts', 'record no texts, redacted or not')
    .addOption(redactOption())
    .option('--describe <collections>', 'whose description belongs to what a side is')
    .option('--webhook <url>', 'told when the answer changes')
    .addOption(new Option('--until <event>', 'end with the first answer').choices(['decided']))
    .option('--resume <run>', 'go on with the evidence of an earlier run');
}

function settingsOf(flags: ShadowFlags, config: Config, cwd: string): ShadowConfig {
  const plan: ShadowPlan = {
    ...SHADOW_DEFAULTS.plan,
    sample: flags.sample,
    again: flags.again,
    margins: marginsOf(flags.margin ?? []),
    windowMs: 1000 * flags.window,
    slowFactor: flags.slow,
  };
  return {
    ...SHADOW_DEFAULTS,
    plan,
    queue: flags.queue,
    concurrency: flags.mirrors,
    collections: flags.describe?.split(',') ?? [],
    keepsTexts: flags.texts,
    redact: (flags.redact ?? []).map(parseRule),
    seed: config.seed,
    runs: config.runs,
    // The embedded pair has new ports each time.
    named: { incumbent: nameOf(config.incumbent), candidate: nameOf(config.candidate) },
    resume: flags.resume === undefined ? null : resolve(cwd, flags.resume),
    untilDecided: flags.until === 'decided',
    webhook: flags.webhook ?? null,
    pagePort: flags.page ?? null,
  };
}

function nameOf({ url, backend }: Config['incumbent']): string | null {
  return url ?? backend?.label ?? null;
}

function marginsOf(written: readonly string[]): ShadowPlan['margins'] {
  const margins = { ...SHADOW_DEFAULTS.plan.margins };
  for (const text of written) {
    const [name = '', size = ''] = text.split('=');
    const gate = SHADOW_GATES.find((known) => known === name);
    const value = Number(size);
    if (gate === undefined || !(value > 0 && value < 1)) {
      throw new UsageError('shadow-margin', `--margin ${text}: no margin of a claim`, {
        hint: `for example --margin overlap=0.05; claims are ${SHADOW_GATES.join(', ')}`,
      });
    }
    margins[gate] = value;
  }
  return margins;
}
