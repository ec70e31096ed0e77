import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { packageRoot } from '../src/config/package-root.ts';
import { EXIT, UsageError } from '../src/errors.ts';
import { parseTolerance, splitAssignment } from '../src/gate/tolerance.ts';
import {
  baselineDriftReport,
  entriesReport,
  limitsReport,
} from '../src/logs/baselines/baseline-report.ts';
import { checkLimits, type DriftLimits } from '../src/logs/baselines/check.ts';
import {
  type Comparison,
  compareWithBaseline,
  shortCommit,
} from '../src/logs/baselines/comparison.ts';
import {
  BASELINE_SCHEMA,
  type BaselineEntry,
  type Baselines,
  flattenMetrics,
  readBaselines,
} from '../src/logs/baselines/entry.ts';
import { type AppendLog, appendToLog, readAppendLog } from '../src/record/append-log.ts';
import { openRun } from '../src/record/open-run.ts';
import type { RunReader } from '../src/record/run-reader.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';

/** The figures of a run that are kept as a baseline. */
export interface RunFigures {
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly corpusSha256: string | null;
}

interface SourceOptions {
  readonly log: string;
  readonly metrics?: string;
  readonly metric: readonly string[];
  readonly tool: string;
  readonly commit?: string;
}

interface CompareOptions extends SourceOptions {
  readonly anyCommit?: boolean;
}

interface CheckOptions extends CompareOptions {
  readonly tolerance: readonly string[];
  readonly min: readonly string[];
  readonly max: readonly string[];
}

/** `bench baseline add|show|drift|check`; how a run becomes figures is handed in. */
export function baselineCommand(
  figuresOfRun: (run: RunReader) => Promise<RunFigures>,
): RegisterCommand {
  return (program, io, done) => {
    const baseline = program
      .command('baseline')
      .description('keep the figures of runs in an append-only log, and compare with them');

    withSource(baseline.command('add'))
      .description('append the figures of a run, a file or the command line')
      .action(async (run: string | undefined, options: SourceOptions) => {
        const figures = await readFigures(run, options, figuresOfRun, io);
        if (figures === null) throw noFigures();
        const entry: BaselineEntry = {
          schema: BASELINE_SCHEMA,
          tool: options.tool,
          version: await toolVersion(),
          git_commit: options.commit ?? (await currentCommit(io)),
          created_at: new Date().toISOString(),
          runtime: `node ${process.versions.node}`,
          corpus_sha256: figures.corpusSha256,
          run: figures.run,
          metrics: Object.fromEntries(figures.metrics),
        };
        await appendToLog(resolve(io.cwd, options.log), [entry]);
        io.stdout(`${options.log}: ${figures.metrics.size} figures of ${nameOf(entry)} appended\n`);
        done(EXIT.pass);
      });

    baseline
      .command('show')
      .description('print the entries of the log')
      .option('--log <file>', 'the log', 'results/baselines.jsonl')
      .option('--metric <name>', 'show this figure; may be repeated', collect, [])
      .option('--tool <name>', 'only the entries of this tool')
      .option('--raw', 'print the log byte for byte')
      .action(async (options: { log: string; metric: string[]; tool?: string; raw?: boolean }) => {
        const { log, entries } = await readLog(options.log, io);
        if (options.raw === true) for (const line of log.lines) io.stdout(decodeLine(line.bytes));
        else {
          const shown = entries.filter(({ tool }) => tool === (options.tool ?? tool));
          io.stdout(renderMarkdown(entriesReport(shown, options.metric)));
        }
        done(EXIT.pass);
      });

    withComparison(baseline.command('drift'))
      .description('compare with the last baseline of the lineage; without a run, the last entry')
      .action(async (run: string | undefined, options: CompareOptions) => {
        const { title, comparison } = await compare(run, options, figuresOfRun, io);
        const rows = comparison.baseline === null ? null : comparison.rows;
        io.stdout(renderMarkdown(baselineDriftReport(title, rows)));
        done(EXIT.pass);
      });

    withComparison(baseline.command('check'))
      .description('exit 1 where a figure has moved further than it may')
      .option('--tolerance <name=size>', '0.005, 10%, +10% or -0.005; * for all', collect, [])
      .option('--min <name=value>', 'smallest figure allowed; may be repeated', collect, [])
      .option('--max <name=value>', 'largest figure allowed; may be repeated', collect, [])
      .action(async (run: string | undefined, options: CheckOptions) => {
        const limits = readLimits(options);
        const { title, comparison } = await compare(run, options, figuresOfRun, io);
        const results = checkLimits(comparison.rows, limits);
        io.stdout(renderMarkdown(limitsReport(title, results)));
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
    .option('--log <file>', 'the log', 'results/baselines.jsonl')
    .option('--metrics <file>', 'read the figures from a JSON file instead')
    .option('--metric <name=value>', 'give a figure; may be repeated', collect, [])
    .option('--tool <name>', 'the tool the figures are of', 'retrieval-parity')
    .option('--commit <hash>', 'the git commit they belong to (default: HEAD)');
}

function withComparison(command: Command): Command {
  return withSource(command).option('--any-commit', 'compare across the commits of the tool');
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

interface Figures {
  readonly metrics: ReadonlyMap<string, number | null>;
  readonly corpusSha256: string | null;
  readonly run: string | null;
}

/** Figures from a run, a file and the command line, the later ones over the earlier; null where none is named. */
async function readFigures(
  run: string | undefined,
  options: SourceOptions,
  figuresOfRun: (run: RunReader) => Promise<RunFigures>,
  io: Io,
): Promise<Figures | null> {
  if (run === undefined && options.metrics === undefined && options.metric.length === 0) {
    return null;
  }
  const metrics = new Map<string, number | null>();
  let corpusSha256: string | null = null;
  let runId: string | null = null;
  if (run !== undefined) {
    const reader = await openRun(resolve(io.cwd, run));
    for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
    const figures = await figuresOfRun(reader);
    for (const [name, value] of flattenMetrics(figures.metrics)) metrics.set(name, value);
    ({ corpusSha256 } = figures);
    runId = reader.id;
  }
  if (options.metrics !== undefined) {
    for (const [name, value] of await readMetricsFile(options.metrics, io)) {
      metrics.set(name, value);
    }
  }
  for (const written of options.metric) {
    const [name, value] = splitAssignment(written, '--metric');
    metrics.set(name, value === 'null' ? null : readNumber(value, `--metric ${name}`));
  }
  return { metrics, corpusSha256, run: runId };
}

async function readMetricsFile(file: string, io: Io): Promise<Map<string, number | null>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(io.cwd, file), 'utf8'));
  } catch (cause) {
    throw new UsageError('metrics-file', `${file}: cannot be read as JSON`, { cause });
  }
  const outer = asObject(value);
  const metrics = asObject(outer?.metrics) ?? outer;
  if (metrics !== null) return flattenMetrics(metrics);
  throw new UsageError('metrics-file', `${file}: holds no JSON object of figures`, {
    hint: 'write { "metrics": { "recall@10": 0.998 } }',
  });
}

async function readLog(path: string, io: Io): Promise<Baselines & { readonly log: AppendLog }> {
  const log = await readAppendLog(resolve(io.cwd, path));
  const baselines = readBaselines(log);
  for (const problem of baselines.problems) io.stderr(`bench: ${problem}\n`);
  return { ...baselines, log };
}

/** What is compared with what, in words and in rows. */
async function compare(
  run: string | undefined,
  options: CompareOptions,
  figuresOfRun: (run: RunReader) => Promise<RunFigures>,
  io: Io,
): Promise<{ title: string; comparison: Comparison }> {
  const { tool } = options;
  const figures = await readFigures(run, options, figuresOfRun, io);
  const { entries } = await readLog(options.log, io);
  const lastOfTool = entries.findLast((entry) => entry.tool === tool);
  const gitCommit =
    options.commit ??
    (figures === null ? (lastOfTool?.gitCommit ?? null) : await currentCommit(io));
  const comparison = compareWithBaseline({
    entries,
    tool,
    gitCommit,
    anyCommit: options.anyCommit ?? false,
    figures: figures?.metrics ?? null,
    run: figures?.run ?? null,
  });
  if (comparison === null) throw noFigures();
  const { baseline, entry, knownCommits } = comparison;
  const what = entry === null ? 'these figures' : `line ${entry.lineNumber}`;
  if (baseline !== null) {
    const { lineNumber, createdAt } = baseline;
    const title = `${what} against line ${lineNumber}: ${tool} at commit ${shortCommit(baseline.gitCommit)}, ${createdAt ?? 'undated'}`;
    return { title, comparison };
  }
  const others =
    knownCommits.length === 0
      ? 'the log has no entry of this tool'
      : `the log has ${knownCommits.join(', ')}: name one with --commit, or use --any-commit`;
  const title = `no baseline of ${tool} at commit ${shortCommit(gitCommit)} to compare ${what} with (${others})`;
  return { title, comparison };
}

function readLimits(options: CheckOptions): DriftLimits {
  const assign = <Value>(
    written: readonly string[],
    flag: string,
    read: (value: string, origin: string) => Value,
  ): Map<string, Value> =>
    new Map(
      written.map((text) => {
        const [name, value] = splitAssignment(text, flag);
        return [name, read(value, `${flag} ${name}`)];
      }),
    );
  const limits = {
    tolerances: assign(options.tolerance, '--tolerance', parseTolerance),
    minima: assign(options.min, '--min', readNumber),
    maxima: assign(options.max, '--max', readNumber),
  };
  if (limits.tolerances.size + limits.minima.size + limits.maxima.size > 0) return limits;
  throw new UsageError('no-limits', 'bench baseline check: no limit is given', {
    hint: "give at least one, e.g. --tolerance 'recall@10=-0.005' or --tolerance '*=1%'",
  });
}

function readNumber(written: string, origin: string): number {
  const value = Number(written);
  if (written.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError('number', `${origin}: ${JSON.stringify(written)} is no number`);
}

function noFigures(): UsageError {
  return new UsageError('no-figures', 'bench baseline: no figures are given', {
    hint: 'name a run folder, --metrics FILE or --metric NAME=VALUE',
  });
}

async function currentCommit(io: Io): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: io.cwd });
    return stdout.trim();
  } catch {
    return null;
  }
}

async function toolVersion(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'package.json'), 'utf8');
  return String(asObject(JSON.parse(text))?.version ?? 'unknown');
}

function nameOf({ tool, git_commit }: BaselineEntry): string {
  return `${tool} at commit ${shortCommit(git_commit)}`;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function decodeLine(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
