import { resolve } from 'node:path';
import { Option } from 'commander';
import { EXIT, UsageError } from '../../src/errors.ts';
import type { JudgedReport, ShownVerdict } from '../../src/report/judged.ts';
import { renderCsv } from '../../src/report/render/csv.ts';
import { renderCtrf } from '../../src/report/render/ctrf.ts';
import { renderJunit } from '../../src/report/render/junit.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { renderPrometheus } from '../../src/report/render/prometheus.ts';
import { renderTerminal } from '../../src/report/render/terminal.ts';
import { renderScreen } from '../../src/report/screen/render-screen.ts';
import { type ReportedRun, reportRun } from '../../src/rescore.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { isGithub, printForGithub } from '../printing/github.ts';
import { screenOf } from '../printing/screen-of.ts';
import { pathFrom, programOf, screenOptions } from '../screen-options.ts';
import { openPage } from './open-page.ts';
import { servePage } from './serve-page.ts';

/** Formats that show several runs in one text. */
const OF_RUNS = {
  csv: renderCsv,
  ctrf: renderCtrf,
  junit: renderJunit,
  prometheus: renderPrometheus,
} as const;

const FORMATS = [
  'csv',
  'ctrf',
  'github',
  'html',
  'junit',
  'markdown',
  'prometheus',
  'terminal',
] as const;

interface ReportFlags {
  readonly output?: (typeof FORMATS)[number];
  readonly full?: boolean;
  readonly open?: boolean;
  readonly serve?: boolean;
  readonly port: string;
}

/** `bench report RUN…`: stored runs in a format for people or for machines. */
export const reportCommand: DefineCommand = (command, io, done) => {
  command
    .argument('<runs...>', 'run folders')
    .addOption(
      new Option(
        '-o, --output <form>',
        'the format (default: terminal; github where GITHUB_ACTIONS=true)',
      ).choices(FORMATS),
    )
    .option('--full', 'every table on the terminal, not the answer on one screen')
    .option('--open', 'open the page of a run in the browser')
    .option('--serve', 'serve the page of a run on 127.0.0.1 until Ctrl-C')
    .option('--port <n>', 'port of --serve; 0 takes a free one', '0')
    .action(async (folders: readonly string[], flags: ReportFlags) => {
      const runs: ReportedRun[] = [];
      for (const folder of folders) runs.push(await reportRun(resolve(io.cwd, folder)));
      for (const { reader } of runs) {
        for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      }
      if (flags.serve === true) await serve(onlyRun(runs), flags, io);
      else if (flags.open === true) await openPage(onlyRun(runs).page(), io);
      else await print(runs, flags.output ?? defaultFormat(io), flags.full === true, io);
      done(EXIT.pass);
    });
};

function defaultFormat(io: Io): (typeof FORMATS)[number] {
  return isGithub(io) ? 'github' : 'terminal';
}

async function print(
  runs: readonly ReportedRun[],
  format: (typeof FORMATS)[number],
  isFull: boolean,
  io: Io,
): Promise<void> {
  switch (format) {
    case 'html':
      return io.stdout(onlyRun(runs).page());
    case 'github':
      return await printForGithub(
        runs.map(({ report }) => report),
        runs.map(judged),
        io,
      );
    case 'markdown':
      return io.stdout(runs.map(({ report }) => renderMarkdown(report)).join('\n'));
    case 'terminal':
      return printOnTerminal(runs, isFull, io);
    default:
      return io.stdout(OF_RUNS[format](runs.map(judged)));
  }
}

/** Each run on one screen where it has one, or all its tables. */
function printOnTerminal(runs: readonly ReportedRun[], isFull: boolean, io: Io): void {
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
  io.stdout(texts.join('\n'));
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

function onlyRun(runs: readonly ReportedRun[]): ReportedRun {
  const [run] = runs;
  if (run !== undefined && runs.length === 1) return run;
  throw new UsageError('report-runs', `a page shows one run, not ${runs.length}`, {
    hint: 'give one run folder, or compare two with bench compare',
  });
}

async function serve(run: ReportedRun, { port }: ReportFlags, io: Io): Promise<void> {
  const wanted = Number(port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new UsageError('report-port', `--port ${port}: expected a port`, {
      hint: 'for example --port 8080',
    });
  }
  await servePage(run.page(), wanted, {
    signal: io.signal,
    ready: (url) => io.stderr(`bench: ${url}, Ctrl-C ends it\n`),
  });
}
