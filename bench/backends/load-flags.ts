import { type Command, Option } from 'commander';
import { UsageError } from '../../src/errors.ts';
import { LOAD_DEFAULTS, type LoadPlan, type RampPlan } from '../../src/load/plan.ts';
import type { ConfigFlags } from '../config-options.ts';
import type { OutputFlags } from '../output.ts';

/** What `bench load` may be told. */
export interface LoadFlags extends ConfigFlags, OutputFlags {
  readonly operation: LoadPlan['operation'];
  readonly rates?: string;
  readonly ramp?: string;
  readonly pairs: string;
  readonly blockSize: string;
  readonly discard: string;
  readonly process: LoadPlan['process'];
  readonly warmUp?: string;
  readonly pace: LoadPlan['pace'];
  readonly deadline: string;
  readonly maxP99?: string;
  readonly saturation?: boolean;
  readonly recall: boolean;
  readonly hdr?: string;
}

/** Adds the flags of `bench load`, but for those that every measuring command shares. */
export function addLoadOptions(command: Command): Command {
  const { operation, pairCount, requestsPerBlock, discardPerBlock, process, pace, deadlineMs } =
    LOAD_DEFAULTS;
  return command
    .optionsGroup('Load:')
    .addOption(
      new Option('--operation <name>', 'what is asked')
        .choices(['search', 'retrieve'])
        .default(operation),
    )
    .option(
      '--rates <list>',
      'requests per second, rising, e.g. 50,100,200 (default: from a closed loop)',
    )
    .option(
      '--ramp <from:to:seconds>',
      'take both sides from one rate to another; without --rates nothing else is measured',
    )
    .option('--pairs <n>', 'pairs of blocks at each rate', String(pairCount))
    .option('--block-size <n>', 'measured requests a block', String(requestsPerBlock))
    .option(
      '--discard <n>',
      'requests discarded after each switch of sides',
      String(discardPerBlock),
    )
    .option(
      '--warm-up <seconds>',
      'before each measurement, discarded (default: at least 2 s and 1,000 requests)',
    )
    .addOption(
      new Option('--process <name>', 'arrivals').choices(['poisson', 'constant']).default(process),
    )
    .addOption(
      new Option(
        '--pace <name>',
        'how requests are sent on time: precise keeps a core busy, eco waits by timers',
      )
        .choices(['precise', 'eco'])
        .default(pace),
    )
    .option('--deadline <ms>', 'after which a request is given up', String(deadlineMs))
    .option(
      '--max-p99 <ms>',
      'what the driver must be exact for, and what the saturation search holds (default: gates.p99.maxMs, else 50)',
    )
    .option('--saturation', 'search the highest rate that meets the objective, each side')
    .option('--no-recall', 'leave out truth and recall under load')
    .option('--hdr <file>', 'also write response times as HDR histograms (JSON)')
    .optionsGroup('Options:');
}

/**
 * Reads what a command line asks for.
 * @throws UsageError that names the flag.
 */
export function loadPlanOf(flags: LoadFlags): LoadPlan {
  return {
    operation: flags.operation,
    rates: flags.rates === undefined ? null : ratesOf(flags.rates),
    ramp: flags.ramp === undefined ? null : rampOf(flags.ramp),
    pairCount: whole('--pairs', flags.pairs, 1),
    requestsPerBlock: whole('--block-size', flags.blockSize, 1),
    discardPerBlock: whole('--discard', flags.discard, 0),
    warmUpMs: flags.warmUp === undefined ? null : 1000 * positive('--warm-up', flags.warmUp),
    process: flags.process,
    pace: flags.pace,
    deadlineMs: positive('--deadline', flags.deadline),
    p99MaxMs: flags.maxP99 === undefined ? null : positive('--max-p99', flags.maxP99),
    saturation: flags.saturation === true,
    recall: flags.recall,
  };
}

function ratesOf(text: string): number[] {
  const rates = text.split(',').map((part) => positive('--rates', part));
  if (rates.every((rate, index) => index === 0 || rate > (rates[index - 1] ?? 0))) return rates;
  throw new UsageError('flag-rates', `--rates ${text}: rates must rise`, {
    hint: 'for example --rates 50,100,200',
  });
}

function rampOf(text: string): RampPlan {
  const [from, to, seconds, ...rest] = text.split(':').map(Number);
  const sound = (value: number | undefined, least: number): value is number =>
    value !== undefined && Number.isFinite(value) && value >= least;
  if (sound(from, 0) && sound(to, 0) && sound(seconds, 1) && rest.length === 0 && from + to > 0) {
    return { fromPerSecond: from, toPerSecond: to, durationMs: 1000 * seconds };
  }
  throw new UsageError('flag-ramp', `--ramp ${text}: expected FROM:TO:SECONDS`, {
    hint: 'for example --ramp 10:200:30, from 10 to 200 requests per second in 30 s',
  });
}

function whole(flag: string, text: string, least: number): number {
  const value = positive(flag, text, least);
  if (Number.isInteger(value)) return value;
  throw new UsageError('flag-number', `${flag}: ${JSON.stringify(text)} is not a whole number`, {
    hint: `for example ${flag} 12`,
  });
}

function positive(flag: string, text: string, least = Number.MIN_VALUE): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new UsageError('flag-number', `${flag}: ${JSON.stringify(text)} is not a positive number`, {
    hint: `for example ${flag} 100`,
  });
}
