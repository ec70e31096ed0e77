import { resolve } from 'node:path';
import type { Command } from 'commander';
import { packageVersion } from '../../../src/config/package-root.ts';
import { counted } from '../../../src/counted.ts';
import { EXIT } from '../../../src/errors.ts';
import {
  baselineDriftReport,
  entriesReport,
  limitsReport,
} from '../../../src/logs/baselines/baseline-report.ts';
import { checkLimits } from '../../../src/logs/baselines/check.ts';
import { shortCommit } from '../../../src/logs/baselines/comparison.ts';
import { BASELINE_SCHEMA, type BaselineEntry } from '../../../src/logs/baselines/entry.ts';
import { appendToLog } from '../../../src/record/append-log.ts';
import { figuresOfRun } from '../../../src/retrieve/evidence/run-figures.ts';
import type { DefineCommand } from '../../command.ts';
import { collected } from '../../config-options.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../../output.ts';
import { RECORDS } from '../../records.ts';
import { addBless } from './bless.ts';
import { type BaselineCompareOptions, compare, readLog } from './comparison.ts';
import {
  currentCommit,
  type FigureSourceOptions,
  type FiguresOf,
  noFigures,
  readFigures,
} from './figures.ts';
import { type LimitOptions, readLimits } from './limits.ts';

type DriftOptions = BaselineCompareOptions & OutputFlags;
type CheckOptions = DriftOptions & LimitOptions;

interface ShowOptions extends OutputFlags {
  readonly log: string;
  readonly metric?: string[];
  readonly tool?: string;
  readonly raw?: boolean;
}

/** `bench baseline add|bless|show|drift|check`; how a run becomes figures may be handed in. */
export function baselineCommand(figuresOf: FiguresOf = figuresOfRun): DefineCommand {
  return (baseline, io, done) => {
    withSource(baseline.command('add'))
      .description('append the figures of a run, a file or the command line')
      .action(async (run: string | undefined, options: FigureSourceOptions) => {
        const figures = await readFigures(run, options, figuresOf, io);
        if (figures === null) throw noFigures();
        const entry: BaselineEntry = {
          schema: BASELINE_SCHEMA,
          tool: options.tool,
          version: packageVersion(),
          git_commit: options.commit ?? (await currentCommit(io)),
          created_at: new Date().toISOString(),
          runtime: `node ${process.versions.node}`,
          corpus_sha256: figures.corpusSha256,
          run: figures.run,
          metrics: Object.fromEntries(figures.metrics),
        };
        await appendToLog(resolve(io.cwd, options.log), [entry], { sealed: true });
        io.stdout(
          `${options.log}: ${counted(figures.metrics.size, 'figure')} of ${nameOf(entry)} appended\n`,
        );
        done(EXIT.pass);
      });

    addBless(baseline.command('bless'), io, done);

    addOutputOptions(baseline.command('show'))
      .description('print the entries of the log')
      .option('--log <file>', 'the log', `${RECORDS}/baselines.jsonl`)
      .option('--metric <name>', 'show this figure; may be repeated', collected)
      .option('--tool <name>', 'only the entries of this tool')
      .option('--raw', 'print the log byte for byte')
      .action(async (options: ShowOptions) => {
        const { log, entries } = await readLog(options.log, io);
        if (options.raw === true) for (const line of log.lines) io.stdout(decodeLine(line.bytes));
        else {
          const shown = entries.filter(({ tool }) => tool === (options.tool ?? tool));
          const report = entriesReport(shown, options.metric ?? []);
          await printReport({ screen: null, report, figures: () => shown }, options, io);
        }
        done(EXIT.pass);
      });

    withComparison(baseline.command('drift'))
      .description('compare with the last baseline of the lineage; without a run, the last entry')
      .action(async (run: string | undefined, options: DriftOptions) => {
        const { title, comparison } = await compare(run, options, figuresOf, io);
        const rows = comparison.baseline === null ? null : comparison.rows;
        const report = baselineDriftReport(title, rows);
        await printReport({ screen: null, report, figures: () => rows }, options, io);
        done(EXIT.pass);
      });

    withComparison(baseline.command('check'))
      .description('exit 1 where a figure has moved further than it may')
      .option('--tolerance <name=size>', '0.005, 10%, +10% or -0.005; * for all', collected)
      .option('--min <name=value>', 'smallest figure allowed; may be repeated', collected)
      .option('--max <name=value>', 'largest figure allowed; may be repeated', collected)
      .action(async (run: string | undefined, options: CheckOptions) => {
        const limits = readLimits(options);
        const { title, comparison } = await compare(run, options, figuresOf, io);
        const results = checkLimits(comparison.rows, limits);
        const report = limitsReport(title, results);
        await printReport({ screen: null, report, figures: () => results }, options, io);
        const states = new Set(results.map(({ state }) => state));
        if (states.has('fail')) done(EXIT.fail);
        else
          done(states.has('pass') && !states.has('inconclusive') ? EXIT.pass : EXIT.inconclusive);
      });
  };
}

function withSource(command: Command): Command {
  return command
    .argument('[run]', 'a run folder')
    .option('--log <file>', 'the log', `${RECORDS}/baselines.jsonl`)
    .option('--metrics <file>', 'read the figures from a JSON file instead')
    .option('--metric <name=value>', 'give a figure; may be repeated', collected)
    .option('--tool <name>', 'the tool the figures are of', 'retrieval-parity')
    .option('--commit <hash>', 'the git commit they belong to (default: HEAD)');
}

function withComparison(command: Command): Command {
  return addOutputOptions(withSource(command)).option(
    '--any-commit',
    'compare across the commits of the tool',
  );
}

function nameOf({ tool, git_commit }: BaselineEntry): string {
  return `${tool} at commit ${shortCommit(git_commit)}`;
}

function decodeLine(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
