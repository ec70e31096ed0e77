import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { nearestName } from '../../src/config/nearest.ts';
import type { DrillPlan } from '../../src/demo/drill/measure/drill-plan.ts';
import { type FaultPair, PAIRS } from '../../src/demo/drill/measure/pairs.ts';
import type { DrillRecord } from '../../src/demo/drill/results/rows.ts';
import { FAULTS } from '../../src/demo/gateway/faults/registry.ts';
import type { Fault } from '../../src/demo/gateway/faults/types.ts';
import { UsageError } from '../../src/errors.ts';

/** What `bench drill` may be told. */
export interface DrillFlags {
  readonly faults?: string;
  readonly clean?: string;
  readonly pairs?: boolean | string;
  readonly rates?: boolean;
  readonly quick?: boolean;
  readonly seed?: string;
  readonly corpus?: string;
  readonly record: string;
  readonly resume?: boolean;
  readonly redo?: boolean;
  readonly render?: boolean;
}

const CLEAN_RUNS = 200;
/** What --quick drills: one fault of the ranking, one of the contract and one of the latency. */
export const QUICK_DRILL = { faults: ['drop', 'duplicate', 'slow-p50'], cleanRuns: 3 } as const;

/**
 * What a command line asks for; the seed is that of the record, where there is one.
 * @throws UsageError that names the flag.
 */
export function drillPlanOf(flags: DrillFlags, before: DrillRecord | null, cwd: string): DrillPlan {
  const { faults, clean, pairs, rates, quick } = flags;
  const everything =
    faults === undefined && clean === undefined && pairs === undefined && quick !== true;
  const kinds = quick === true && faults === undefined ? QUICK_DRILL.faults.join(',') : faults;
  return {
    masterSeed: before?.head.masterSeed ?? seedOf(flags.seed),
    faults: everything ? [...FAULTS.values()] : kinds === undefined ? [] : faultsOf(kinds),
    searchRates: rates ?? everything,
    pairs: everything || pairs === true ? PAIRS : pairs === undefined ? [] : pairsOf(pairs),
    cleanRuns:
      clean !== undefined
        ? wholeNumber('--clean', clean)
        : everything
          ? CLEAN_RUNS
          : quick === true
            ? QUICK_DRILL.cleanRuns
            : 0,
    corpusFolder: flags.corpus === undefined ? null : resolve(cwd, flags.corpus),
  };
}

function faultsOf(text: string): Fault[] {
  if (text === 'all') return [...FAULTS.values()];
  return text.split(',').map((kind) => {
    const fault = FAULTS.get(kind.trim());
    if (fault !== undefined) return fault;
    const near = nearestName(kind, [...FAULTS.keys()]);
    throw new UsageError('unknown-fault', `--faults: unknown fault ${JSON.stringify(kind)}`, {
      hint: `${near === null ? '' : `did you mean ${near}? `}bench serve --help lists them`,
    });
  });
}

function pairsOf(text: string | false): FaultPair[] {
  const names = new Map(
    PAIRS.map((pair) => [pair.faults.map(({ kind }) => kind).join('+'), pair] as const),
  );
  return (text === false ? [] : text.split(',')).map((name) => {
    const pair = names.get(name.trim());
    if (pair !== undefined) return pair;
    const near = nearestName(name, [...names.keys()]);
    throw new UsageError('unknown-pair', `--pairs: unknown pair ${JSON.stringify(name)}`, {
      hint: `${near === null ? '' : `did you mean ${near}? `}they are ${[...names.keys()].join(', ')}`,
    });
  });
}

function seedOf(text: string | undefined): number {
  return text === undefined ? randomInt(2 ** 32) : wholeNumber('--seed', text);
}

function wholeNumber(flag: string, text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value < 2 ** 32) return value;
  throw new UsageError('flag-number', `${flag} ${text}: expected a whole number`, {
    hint: `for example ${flag} 20`,
  });
}
