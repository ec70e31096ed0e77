import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { nearestName } from '../../src/config/nearest.ts';
import type { DrillPlan } from '../../src/demo/drill/measure/drill-plan.ts';
import { PAIRS } from '../../src/demo/drill/measure/pairs.ts';
import { runDrill } from '../../src/demo/drill/measure/run-drill.ts';
import { settingsHash } from '../../src/demo/drill/measure/settings.ts';
import { drillDocument, drillReport } from '../../src/demo/drill/results/drill-report.ts';
import { requirementsOf } from '../../src/demo/drill/results/requirements.ts';
import {
  type DrillHead,
  type DrillRecord,
  type RunRow,
  readDrill,
} from '../../src/demo/drill/results/rows.ts';
import { FAULTS } from '../../src/demo/gateway/faults/registry.ts';
import type { Fault } from '../../src/demo/gateway/faults/types.ts';
import { EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import { appendToLog, readAppendLog } from '../../src/record/append-log.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import { describeMachine } from '../../src/record/machine.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';

interface DrillFlags {
  readonly faults?: string;
  readonly clean?: string;
  readonly pairs?: boolean;
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
/** One fault of the ranking, one of the contract and one of the latency. */
const QUICK = { faults: ['drop', 'duplicate', 'slow-p50'], cleanRuns: 3 } as const;

/** `bench drill`: plants every fault in the candidate, measures blindly, and says what was noticed and named. */
export const drillCommand: DefineCommand = (command, io, done) => {
  command
    .description(
      'plant faults in the embedded candidate and show what the suite notices and names; without a choice: all faults, their smallest rates, the pairs and 200 clean runs',
    )
    .option('--faults <list>', 'kinds, separated by commas, or all')
    .option('--rates', 'search the smallest rate at which each of these faults is detected')
    .option('--pairs', 'pairs of faults that do not mask each other')
    .option('--clean <n>', 'runs without a fault')
    .option('--quick', `${QUICK.faults.join(', ')} and ${QUICK.cleanRuns} clean runs`)
    .option('--seed <n>', 'of everything that is drawn (default: drawn itself, and recorded)')
    .option('--corpus <folder>', 'in place of the 200 workers')
    .option(
      '--record <file>',
      'a row a run; the document is written beside it',
      'results/drill.jsonl',
    )
    .option('--resume', 'go on with the drill on record: what it holds is not done again')
    .addOption(
      new Option('--redo', 'with --resume: do what is chosen again').implies({ resume: true }),
    )
    .option('--render', 'only print the tables of the record')
    .action(async (flags: DrillFlags) => {
      const file = resolve(io.cwd, flags.record);
      const before = await readRecord(file);
      if (flags.render === true) {
        if (before === null) {
          throw new UsageError('drill-record', `${file} holds no drill`, {
            hint: 'bench drill makes one',
          });
        }
        done(tell(before, io));
        return;
      }
      if (before !== null && flags.resume !== true) {
        throw new UsageError('drill-record', `${file} holds a drill already`, {
          hint: 'go on with it (--resume), move it away, or name another (--record)',
        });
      }
      const plan = planOf(flags, before, io);
      done(await drill(plan, file, before, flags.redo === true, io));
    });
};

async function drill(
  plan: DrillPlan,
  file: string,
  before: DrillRecord | null,
  redo: boolean,
  io: Io,
): Promise<ExitCode> {
  const head: DrillHead = before?.head ?? {
    row: 'drill',
    schema: 1,
    masterSeed: plan.masterSeed,
    startedAt: new Date().toISOString(),
    machine: machineLine(),
    settings: settingsHash(),
  };
  if (head.settings !== settingsHash()) {
    throw new UsageError('drill-settings', `${file} was measured with other settings`, {
      hint: 'move it away and drill anew',
    });
  }
  const kept = (before?.runs ?? []).filter((run) => !(redo && isChosen(plan, run)));
  if (before === null || kept.length < before.runs.length) await rewrite(file, head, kept);
  io.stderr(`bench: seed ${head.masterSeed}; ${kept.length} runs on record in ${file}\n`);
  const runs = new Map(kept.map((run) => [run.key, run]));
  const startedMs = performance.now();
  let made = 0;
  try {
    await runDrill(plan, {
      known: FAULTS,
      done: new Map(runs),
      onRun: async (run, left) => {
        await appendToLog(file, [run]);
        runs.set(run.key, run);
        made += 1;
        const minutes = ((performance.now() - startedMs) / made / 60_000) * left;
        io.stderr(`bench: ${lineOf(run)} · ${left} runs, about ${Math.ceil(minutes)} min left\n`);
      },
      signal: io.signal,
    });
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) {
      io.stderr(`bench: interrupted; bench drill --resume goes on with ${file}\n`);
      return EXIT.interrupted;
    }
    throw error;
  }
  const record = { head, runs: [...runs.values()] };
  const document = renderMarkdown(drillDocument(record));
  await writeWhole(`${file.replace(/\.jsonl$/, '')}.md`, Buffer.from(document));
  return tell(record, io);
}

function tell({ runs }: DrillRecord, io: Io): ExitCode {
  io.stdout(renderMarkdown(drillReport(runs)));
  const requirements = requirementsOf(runs);
  const broken = requirements.filter(({ holds }) => !holds);
  io.stderr(
    `bench: ${requirements.length - broken.length} of ${requirements.length} requirements hold over ${runs.length} runs\n`,
  );
  return broken.length === 0 && requirements.length > 0 ? EXIT.pass : EXIT.fail;
}

function planOf(flags: DrillFlags, before: DrillRecord | null, io: Io): DrillPlan {
  const { faults, clean, pairs, rates, quick } = flags;
  const everything =
    faults === undefined && clean === undefined && pairs === undefined && quick !== true;
  const kinds = quick === true && faults === undefined ? QUICK.faults.join(',') : faults;
  return {
    masterSeed: before?.head.masterSeed ?? seedOf(flags.seed),
    faults: everything ? [...FAULTS.values()] : kinds === undefined ? [] : faultsOf(kinds),
    searchRates: rates ?? everything,
    pairs: everything || pairs === true ? PAIRS : [],
    cleanRuns:
      clean !== undefined
        ? wholeNumber('--clean', clean)
        : everything
          ? CLEAN_RUNS
          : quick === true
            ? QUICK.cleanRuns
            : 0,
    corpusFolder: flags.corpus === undefined ? null : resolve(io.cwd, flags.corpus),
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

/** Whether a run on record is one of those that a plan would make. */
function isChosen({ faults, pairs, cleanRuns }: DrillPlan, { purpose, planted }: RunRow): boolean {
  if (purpose === 'clean') return cleanRuns > 0;
  if (purpose === 'pair') return pairs.length > 0;
  return faults.some(({ kind }) => kind === planted[0]?.kind);
}

function lineOf({ key, planted, steps }: RunRow): string {
  const rates = planted.map(({ kind, rate }) => `${kind}:${rate}`).join(', ');
  const failed = [...new Set(steps.flatMap((step) => step.failed.map(({ check }) => check)))];
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const found = failed.length === 0 ? 'nothing found' : failed.slice(0, 3).join(', ');
  return `${key}${rates === '' ? '' : ` (${rates})`}: ${found} · ${seconds.toFixed(0)} s`;
}

function machineLine(): string {
  const { cores, cpuModel, platform } = describeMachine();
  return `${cores} × ${cpuModel}, ${platform}`;
}

async function readRecord(file: string): Promise<DrillRecord | null> {
  try {
    return readDrill(await readAppendLog(file));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError('drill-record', message, {
      hint: 'mend the line, or name another file with --record',
    });
  }
}

async function rewrite(file: string, head: DrillHead, runs: readonly RunRow[]): Promise<void> {
  await rm(file, { force: true });
  await appendToLog(file, [head, ...runs]);
}
