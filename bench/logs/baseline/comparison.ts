import { resolve } from 'node:path';
import {
  type BaselineComparison,
  compareWithBaseline,
  shortCommit,
} from '../../../src/logs/baselines/comparison.ts';
import {
  BASELINE_SCHEMA,
  type Baselines,
  readBaselines,
} from '../../../src/logs/baselines/entry.ts';
import { type AppendLog, readAppendLog } from '../../../src/record/append-log.ts';
import { requireVersion } from '../../../src/record/log-version.ts';
import type { Io } from '../../io.ts';
import { requireLog } from '../../records.ts';
import {
  currentCommit,
  type FigureSourceOptions,
  type FiguresOf,
  noFigures,
  readFigures,
} from './figures.ts';

/** What is compared with which baseline. */
export interface BaselineCompareOptions extends FigureSourceOptions {
  readonly anyCommit?: boolean;
}

/** Reads the log, and tells of lines that cannot be used. */
export async function readLog(
  path: string,
  io: Io,
): Promise<Baselines & { readonly log: AppendLog }> {
  const file = resolve(io.cwd, path);
  requireLog(file, path, 'bench baseline add RUN');
  const log = await readAppendLog(file);
  requireVersion(log, BASELINE_SCHEMA);
  const baselines = readBaselines(log);
  for (const problem of baselines.problems) io.stderr(`bench: ${problem}\n`);
  return { ...baselines, log };
}

/** What is compared with what, in words and in rows. */
export async function compare(
  run: string | undefined,
  options: BaselineCompareOptions,
  figuresOf: FiguresOf,
  io: Io,
): Promise<{ title: string; comparison: BaselineComparison }> {
  const { tool } = options;
  const figures = await readFigures(run, options, figuresOf, io);
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
