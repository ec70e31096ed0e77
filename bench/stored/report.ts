import { resolve } from 'node:path';
import { Option } from 'commander';
import { EXIT, UsageError } from '../../src/errors.ts';
import { readBaselines } from '../../src/logs/baselines/entry.ts';
import { readAppendLog } from '../../src/record/append-log.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import type { JudgedReport, ShownVerdict } from '../../src/report/judged.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { renderCsv } from '../../src/report/render/csv.ts';
import { renderCtrf } from '../../src/report/render/ctrf.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { renderJunit } from '../../src/report/render/junit.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { renderPrometheus } from '../../src/report/render/prometheus.ts';
import { renderTerminal } from '../../src/report/render/terminal.ts';
import { renderScreen } from '../../src/report/screen/render-screen.ts';
import { trendsReport } from '../../src/report/trends/trends-report.ts';
import { type ReportedRun, reportRun } from '../../src/rescore.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { printForGithub } from '../printing/github.ts';
import { screenOf } from '../printing/screen-of.ts';
import { RECORDS } from '../records.ts';
import { pathFrom, programOf, screenOptions } from '../screen-options.ts';
import { portOf } from '../traffic/listening.ts';
import { openPage } from './open-page.ts';
import {
  defaultTarget,
  REPORT_TARGETS,
  type ReportFormat,
  type ReportTarget,
  reportTargetOf,
} from './report-target.ts';
import { servePage } from './serve-page.ts';

/** Formats that show several runs in one text. */
const OF_RUNS = {
  csv: renderCsv,
  ctrf: renderCtrf,
  junit: renderJunit,
  prometheus: renderPrometheus,
} as const;

interface ReportFlags {
  readonly output?: ReportTarget;
  readonly full?: boolean;
  readonly open?: boolean;
  readonly serve?: boolean;
  readonly port: number;
  readonly log: string;
}

/** `bench report RUN…`: stored runs in a format for people or for machines. */
export const reportCommand: DefineCommand = (command, io, done) => {
  command
    .argument('<runs...>', 'run folders')
    .addOption(
      new Option(
        '-o, --output <form>',
        `${REPORT_TARGETS} (default: terminal; github where GITHUB_ACTIONS=true)`,
      ).argParser(reportTargetOf),
    )
    .option('--full', 'every table on the terminal, not the answer on one screen')
    .option('--open', 'open the page of a run in the browser')
    .option('--serve', 'serve the page of a run on 127.0.0.1 until Ctrl-C')
    .option(
      '--log <file>',
      'baselines, for the commits of several runs',
      `${RECORDS}/baselines.jsonl`,
    )
    .option('--port <n>', 'port of --serve; 0 takes a free one', portOf, 0)
    .action(async (folders: readonly string[], flags: ReportFlags) => {
      if (flags.serve !== true) io.endsAtOnce?.();
      const runs: ReportedRun[] = [];
      for (const folder of folders) runs.push(await reportRun(resolve(io.cwd, folder)));
      for (const { issues } of runs) {
        for (const issue of issues) io.stderr(`bench: ${issue}\n`);
      }
      const ids = runs.map(({ reader }) => reader.id);
      const twice = ids.find((id, at) => ids.indexOf(id) !== at);
      if (twice !== undefined) {
        throw new UsageError('report-twice', `the run ${twice} is named twice`, {
          hint: 'name each run once: a copy of its folder is the same run',
        });
      }
      const shown = await shownRuns(runs, flags.log, io);
      if (flags.serve === true) await serve(shown.page(), flags, io);
      else if (flags.open === true) await openPage(shown.page(), io);
      else await print(shown, flags.output ?? defaultTarget(io), flags.full === true, io);
      done(EXIT.pass);
    });
};

/** Runs that are to be shown, and how several of them went over time. */
interface ShownRuns {
  readonly runs: readonly ReportedRun[];
  /** Null of one run. */
  readonly trends: ReportDocument | null;
  readonly page: () => string;
}

async function shownRuns(runs: readonly ReportedRun[], log: string, io: Io): Promise<ShownRuns> {
  const [run] = runs;
  if (run !== undefined && runs.length === 1) return { runs, trends: null, page: run.page };
  const { entries } = readBaselines(await readAppendLog(resolve(io.cwd, log)));
  const commits = new Map(entries.map((entry) => [entry.run, entry.gitCommit]));
  const trends = trendsReport(
    runs.map((each) => {
      const { service, version, url } = each.reader.description?.backends.candidate ?? {};
      const said = [service, version].filter((part) => (part ?? null) !== null).join(' ');
      const gitCommit = commits.get(each.reader.id) ?? null;
      return { ...judged(each), gitCommit, candidate: said === '' ? (url ?? '') : said };
    }),
  );
  return { runs, trends, page: () => renderHtml(trends) };
}

async function print(
  shown: ShownRuns,
  { format, file }: ReportTarget,
  isFull: boolean,
  io: Io,
): Promise<void> {
  if (format === 'github') {
    const reports = shown.runs.map(({ report }) => report);
    return await printForGithub(reports, shown.runs.map(judged), io);
  }
  if (format === 'parquet' && file === null) {
    throw new UsageError('report-parquet', 'Parquet is no text for a terminal', {
      hint: 'name a file: -o gates.parquet',
    });
  }
  const content = format === 'parquet' ? await parquetOf(shown) : textOf(shown, format, isFull, io);
  if (file === null) return io.stdout(String(content));
  const path = resolve(io.cwd, file);
  await writeWhole(path, Buffer.from(content));
  io.stderr(`bench: written to ${path}\n`);
}

/** The library that writes Parquet is loaded where it is wanted. */
async function parquetOf({ runs }: ShownRuns): Promise<Uint8Array> {
  const { renderParquet } = await import('../../src/report/render/parquet.ts');
  return renderParquet(runs.map(judged));
}

function textOf(
  { runs, trends, page }: ShownRuns,
  format: Exclude<ReportFormat, 'github' | 'parquet'>,
  isFull: boolean,
  io: Io,
): string {
  switch (format) {
    case 'html':
      return page();
    case 'markdown':
      return [...runs.map(({ report }) => report), ...(trends === null ? [] : [trends])]
        .map(renderMarkdown)
        .join('\n');
    case 'terminal':
      return trends === null || isFull
        ? onTerminal(runs, isFull, io)
        : renderTerminal(trends, screenOptions(io));
    default:
      return OF_RUNS[format](runs.map(judged));
  }
}

/** Each run on one screen where it has one, or all its tables. */
function onTerminal(runs: readonly ReportedRun[], isFull: boolean, io: Io): string {
  const options = screenOptions(io);
  const texts = runs.map(({ reader, report, screen }) => {
    const run = pathFrom(io.cwd, reader.folder);
    const shown =
      screen === undefined
        ? screenOf(report, reader.folder, io)
        : screen({ run, program: programOf(io) });
    return isFull || shown === null
      ? renderTerminal(report, options)
      : renderScreen(shown, options);
  });
  return texts.join('\n');
}

function judged({ reader, verdict }: ReportedRun): JudgedReport {
  const createdAt = reader.description?.createdAt ?? '';
  return { runId: reader.id, createdAt, verdict: verdict ?? NOT_JUDGED };
}

/** A sweep measures and judges nothing. */
const NOT_JUDGED: ShownVerdict = {
  state: 'informational',
  sentence: 'nothing is judged',
  gates: [],
};

async function serve(page: string, { port }: ReportFlags, io: Io): Promise<void> {
  await servePage(page, port, {
    signal: io.signal,
    ready: (url) => io.stderr(`bench: ${url}, Ctrl-C ends it\n`),
  });
}
