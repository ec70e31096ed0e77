import { resolve } from 'node:path';
import { Option } from 'commander';
import { counted } from '../../src/counted.ts';
import { drill, drillExit, readDrillRecord } from '../../src/demo/drill/job/drill.ts';
import { drillReport } from '../../src/demo/drill/results/drill-report.ts';
import { requirementsOf } from '../../src/demo/drill/results/requirements.ts';
import type { DrillRecord, RunRow } from '../../src/demo/drill/results/rows.ts';
import { UsageError } from '../../src/errors.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { RECORDS } from '../records.ts';
import { type DrillFlags, drillPlanOf, QUICK_DRILL } from './drill-flags.ts';

/** `bench drill`: plants every fault in the candidate, measures blindly, and says what was noticed and named. */
export const drillCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .description(
      'plant faults in the embedded candidate and show what the suite notices and names; without a choice: all faults, their smallest rates, the pairs and 200 clean runs',
    )
    .option('--faults <list>', 'kinds, separated by commas, or all')
    .option('--rates', 'search the smallest rate at which each of these faults is detected')
    .option(
      '--pairs [list]',
      'pairs of faults that do not mask each other: all ten, or those named, e.g. drop+reverse',
    )
    .option('--clean <n>', 'runs without a fault')
    .option(
      '-q, --quick',
      `${QUICK_DRILL.faults.join(', ')} and ${QUICK_DRILL.cleanRuns} clean runs`,
    )
    .option('--seed <n>', 'of everything that is drawn (default: drawn itself, and recorded)')
    .option('--corpus <folder>', 'in place of the 200 workers')
    .option(
      '--record <file>',
      'a row a run; the document is written beside it',
      `${RECORDS}/drill.jsonl`,
    )
    .option('--resume', 'go on with the drill on record: what it holds is not done again')
    .addOption(
      new Option('--redo', 'with --resume: do what is chosen again').implies({ resume: true }),
    )
    .option('--render', 'only print the tables of the record')
    .action(async (flags: DrillFlags & OutputFlags) => {
      const file = resolve(io.cwd, flags.record);
      const { record: before, issues } = await readDrillRecord(file);
      for (const issue of issues) io.stderr(`bench: ${issue}\n`);
      if (flags.render === true) {
        if (before === null) {
          throw new UsageError('drill-record', `${file} holds no drill`, {
            hint: 'bench drill makes one',
          });
        }
        await tell(before, flags, io);
        return done(drillExit(requirementsOf(before.runs)));
      }
      if (before !== null && flags.resume !== true) {
        throw new UsageError('drill-record', `${file} holds a drill already`, {
          hint: 'go on with it (--resume), move it away, or name another (--record)',
        });
      }
      const startedMs = performance.now();
      let made = 0;
      const { record, exitCode } = await drill(drillPlanOf(flags, before, io.cwd), {
        file,
        before,
        redo: flags.redo === true,
        signal: io.signal,
        onStart: ({ masterSeed }, kept) => {
          io.stderr(`bench: seed ${masterSeed}; ${counted(kept, 'run')} on record in ${file}\n`);
        },
        onRun: (run, left) => {
          made += 1;
          const minutes = Math.ceil(((performance.now() - startedMs) / made / 60_000) * left);
          io.stderr(`bench: ${lineOf(run)} · ${counted(left, 'run')} left, about ${minutes} min\n`);
        },
      });
      if (record === null) {
        io.stderr(`bench: interrupted; bench drill --resume goes on with ${file}\n`);
      } else await tell(record, flags, io);
      done(exitCode);
    });
};

/** Prints the tables of a drill, and how many of its requirements hold. */
async function tell(record: DrillRecord, flags: OutputFlags, io: Io): Promise<void> {
  const { runs } = record;
  await printReport({ screen: null, report: drillReport(runs), figures: () => record }, flags, io);
  const requirements = requirementsOf(runs);
  const met = requirements.filter(({ holds }) => holds).length;
  io.stderr(
    `bench: ${met} of ${requirements.length} requirements hold over ${counted(runs.length, 'run')}\n`,
  );
}

function lineOf({ key, planted, steps }: RunRow): string {
  const rates = planted.map(({ kind, rate }) => `${kind}:${rate}`).join(', ');
  const failed = [...new Set(steps.flatMap((step) => step.failed.map(({ check }) => check)))];
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const found = failed.length === 0 ? 'nothing found' : failed.slice(0, 3).join(', ');
  return `${key}${rates === '' ? '' : ` (${rates})`}: ${found} · ${seconds.toFixed(0)} s`;
}
