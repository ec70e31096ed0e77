import { UsageError } from '../../src/errors.ts';
import type { SweepOptions } from '../../src/sweep/job/options.ts';
import { sweep } from '../../src/sweep/job/sweep.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { sayInterrupted, sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addBackendOptions, type BackendFlags, variedOf } from './backend-flags.ts';

interface SweepFlags extends ConfigFlags, OutputFlags, BackendFlags {
  readonly effort?: string;
  readonly target?: string;
  readonly selectivity?: string;
  readonly rounds?: string;
  readonly requests?: string;
  readonly operation: 'search' | 'retrieve';
}

/** `bench sweep`: recall against speed over efforts, index parameters and selectivities. */
export const sweepCommand: DefineCommand = (command, io, done) => {
  addBackendOptions(addOutputOptions(addConfigOptions(command)))
    .option(
      '--effort <list>',
      'efforts of every backend that has one (default: 10,20,40,80,160,320)',
    )
    .option('--target <list>', 'recalls that are asked for (default: 0.9,0.95,0.99)')
    .option('--selectivity <list>', 'shares that generated filters leave, e.g. 0.001,0.01,0.1,0.5')
    .option('--rounds <n>', 'timed rounds over all settings; 0: recall alone (default: 5)')
    .option('--requests <n>', 'requests of a timed block (default: 100)')
    .option('--operation <name>', 'search or retrieve', 'search')
    .action(async (flags: SweepFlags) => {
      const { config } = await configOf(flags, io);
      const progress = terminalProgress(io);
      try {
        const result = await sweep(config, {
          ...sweepOptionsOf(flags),
          cwd: io.cwd,
          signal: io.signal,
          progress,
        });
        progress.end();
        if (result.findings !== null) {
          const { findings, report, summary, runFolder: run } = result;
          const figures = () => ({ run, summary, findings });
          await printReport({ screen: screenOf(report, run, io), report, figures }, flags, io);
          sayRun({ runFolder: run }, flags, io);
        } else if (result.runFolder !== null) sayInterrupted(result.runFolder, io);
        done(result.exitCode);
      } finally {
        progress.end();
      }
    });
};

function sweepOptionsOf(flags: SweepFlags): SweepOptions {
  const { backend = [], vary = [], operation } = flags;
  if (operation !== 'search' && operation !== 'retrieve') {
    throw new UsageError('flag-operation', `--operation ${operation}`, {
      hint: 'search or retrieve',
    });
  }
  const lists = {
    efforts: numbers('--effort', flags.effort),
    targets: numbers('--target', flags.target),
    selectivities: numbers('--selectivity', flags.selectivity),
    rounds: numbers('--rounds', flags.rounds)?.[0],
    requestsPerBlock: numbers('--requests', flags.requests)?.[0],
  };
  return {
    backends: backend,
    vary: variedOf(vary),
    operation,
    ...Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined)),
  };
}

function numbers(flag: string, text: string | undefined): number[] | undefined {
  return text?.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() !== '' && Number.isFinite(value)) return value;
    throw new UsageError('flag-number', `${flag}: ${JSON.stringify(part)} is not a number`, {
      hint: `for example ${flag} ${flag === '--effort' ? '10,40,160' : '0.9'}`,
    });
  });
}
