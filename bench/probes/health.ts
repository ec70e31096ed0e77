import { UsageError } from '../../src/errors.ts';
import { health } from '../../src/probes/job/health.ts';
import { pairCanaries } from '../../src/probes/job/pair-canaries.ts';
import { lakehouseStack, readStack } from '../../src/probes/job/stack.ts';
import { canariesReport } from '../../src/probes/report/canaries.ts';
import { healthReport } from '../../src/probes/report/health.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { addOutputOptions, isScreen, type OutputFlags, printReport } from '../output.ts';
import { screenOf } from '../printing/screen-of.ts';

interface HealthFlags extends OutputFlags, ConfigFlags {
  readonly stack?: string;
  readonly timeoutMs?: string;
  readonly canaries?: boolean;
}

/** Flags of a stack; all others are of the two backends. */
const OF_STACK = new Set(['stack', 'timeoutMs', 'output', 'json', 'full']);

/** `bench health`: whether every service of a stack is up, or how two backends are before a run. */
export const healthCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(addOutputOptions(command))
    .option('--stack <file>', 'JSON list of {name, url} (default: the eleven daemons on loopback)')
    .option('--timeout-ms <n>', 'how long a service may take, in ms (default: 2000)')
    .option('--canaries', 'the two backends: what a run would warn of before it measures')
    .action(async (flags: HealthFlags) => {
      done(flags.canaries === true ? await ofPair(flags, io) : await ofStack(flags, io));
    });
};

async function ofPair(flags: HealthFlags, io: Io) {
  const other = (['stack', 'timeoutMs'] as const).find((flag) => flags[flag] !== undefined);
  if (other !== undefined) {
    throw new UsageError('health-flags', '--canaries asks the two backends, and no stack', {
      hint: 'leave out --stack and --timeout-ms; --set timeouts.requestMs=… is the deadline',
    });
  }
  const { config } = await configOf(flags, io);
  const { found, exitCode } = await pairCanaries(config, { signal: io.signal, openBackends });
  if (found !== null) {
    const report = canariesReport(found);
    const screen = screenOf(report, null, io);
    await printReport({ screen, report, figures: () => found }, flags, io);
  }
  return exitCode;
}

async function ofStack(flags: HealthFlags, io: Io) {
  const stray = Object.keys(flags).find((flag) => !OF_STACK.has(flag));
  if (stray !== undefined) {
    throw new UsageError('health-flags', `${stray} is about two backends, and a stack has none`, {
      hint: 'add --canaries to ask the backends of a comparison',
    });
  }
  const { timeoutMs = '2000' } = flags;
  const requestMs = Number(timeoutMs);
  const stack = flags.stack === undefined ? lakehouseStack() : await readStack(flags.stack, io.cwd);
  if (!Number.isInteger(requestMs) || requestMs < 1) {
    throw new UsageError('health-timeout', `--timeout-ms ${timeoutMs}: expected milliseconds`, {
      hint: 'for example --timeout-ms 2000',
    });
  }
  const { findings, exitCode } = await health(stack, {
    timeouts: { requestMs, connectMs: requestMs },
    signal: io.signal,
  });
  if (findings === null) return exitCode;
  const report = healthReport(findings);
  const screen = screenOf(report, null, io);
  await printReport({ screen, report, figures: () => findings }, flags, io);
  const missing = findings.services.filter(({ state }) => state !== 'up');
  // The screen says the same.
  if (missing.length > 0 && !isScreen(flags)) {
    io.stderr(`bench: ${missing.map(({ name, state }) => `${name} ${state}`).join(', ')}\n`);
  }
  return exitCode;
}
