import { dirname, join, resolve } from 'node:path';
import { counted } from '../../src/counted.ts';
import { makeFolder } from '../../src/disk/make-folder.ts';
import { driftLine } from '../../src/drift/find/compare.ts';
import { emitDialect } from '../../src/drift/find/emit-dialect.ts';
import { drift, type JudgedDrift } from '../../src/drift/job/drift.ts';
import { driftFiles } from '../../src/drift/job/rescore-drift.ts';
import { driftSentence } from '../../src/drift/judge/drift-sentence.ts';
import type { DriftVerdict } from '../../src/drift/judge/judge-drift.ts';
import {
  formatCatalogue,
  parseCatalogue,
  type StoredDrift,
} from '../../src/drift/record/catalogue.ts';
import { driftDocument } from '../../src/drift/report/drift-report.ts';
import { EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import { readOrNull } from '../../src/record/files/read-or-null.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { dialectCall } from '../../src/wire/registry.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openingWith } from '../open-backends.ts';
import { addOutputOptions, isScreen, type OutputFlags, printReport } from '../output.ts';
import { sayInterrupted, sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { RECORDS } from '../records.ts';
import { terminalProgress } from '../terminal-progress.ts';

interface DriftFlags extends ConfigFlags, Omit<OutputFlags, 'json'> {
  readonly results: string;
  readonly count: string;
  readonly accept?: boolean;
  readonly emitDialect?: string;
  readonly json?: boolean;
}

const FILE = 'wire-drift.jsonl';

/** `bench drift`: where two backends say the same thing in other words. */
export const driftCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(addConfigOptions(command), { ownJson: true })
    .option('--results <folder>', `where ${FILE} and its table are kept`, RECORDS)
    .option('-n, --count <n>', 'paired requests an endpoint', '20')
    .option('--accept', 'store what is found as the catalogue, new and vanished drift included')
    .option('--emit-dialect <file>', 'write a module with a dialect, and adapters for the frontend')
    .option('--json', 'print the catalogue as JSON lines')
    .action(async (flags: DriftFlags) => {
      const count = Number(flags.count);
      if (!Number.isInteger(count) || count < 5) {
        throw new UsageError('drift-count', `--count ${flags.count}: expected 5 or more`, {
          hint: 'two fifths of the pairs are held out; fewer than five pairs prove nothing',
        });
      }
      const { config } = await configOf(flags, io);
      const file = resolve(io.cwd, flags.results, FILE);
      const catalogue = await readCatalogue(file);
      const progress = terminalProgress(io);
      try {
        const { signal } = io;
        const result = await drift(config, {
          count,
          catalogue,
          signal,
          progress,
          openBackends: openingWith(progress),
        });
        progress.end();
        if (result.verdict === null) {
          if (result.runFolder !== null) sayInterrupted(result.runFolder, io);
          return done(result.exitCode);
        }
        if (flags.json === true) io.stdout(formatCatalogue(result.findings.rows));
        else await print(result, flags, io);
        sayRun({ runFolder: result.runFolder }, flags, io);
        if (flags.emitDialect !== undefined) await writeDialect(result, flags, io);
        const isFirst = catalogue === null && config.drift.expected.length === 0;
        // What was not answered is no catalogue, whoever asks for it to be stored.
        const isKept = (flags.accept === true || isFirst) && !isUnanswered(result.verdict);
        if (!isKept) return done(reportChanges(result, flags, io));
        await storeCatalogue(file, result.findings.rows, io);
        done(EXIT.pass);
      } finally {
        progress.end();
      }
    });
};

async function print(result: JudgedDrift, { output, full }: DriftFlags, io: Io): Promise<void> {
  const { report, runFolder } = result;
  const figures = () => {
    const { verdict, findings } = driftFiles(result);
    return { run: runFolder, verdict, findings };
  };
  const printed = {
    screen: screenOf(report, runFolder, io),
    report,
    figures,
  };
  const flags = { ...(output && { output }), ...(full && { full }) };
  await printReport(printed, flags, io);
}

async function storeCatalogue(file: string, rows: readonly StoredDrift[], io: Io): Promise<void> {
  await writeText(file, formatCatalogue(rows));
  await writeText(join(dirname(file), 'wire-drift.md'), renderMarkdown(driftDocument(rows)));
  io.stderr(`bench: catalogue of ${counted(rows.length, 'row')} written to ${file}\n`);
}

async function writeDialect(result: JudgedDrift, flags: DriftFlags, io: Io): Promise<void> {
  const target = resolve(io.cwd, flags.emitDialect ?? '');
  const { incumbent, candidate } = result.sides;
  const text = emitDialect(result.findings.discoveries, {
    candidatePaths: new Map(Object.entries(candidate.paths)),
    incumbentFactory: dialectCall(incumbent.dialect),
    candidateFactory: dialectCall(candidate.dialect),
  });
  await writeText(target, text);
  io.stderr(`bench: dialect written to ${target}\n`);
}

/** Whether too few sound requests of an endpoint were answered. */
function isUnanswered({ gates }: DriftVerdict): boolean {
  return gates.some(({ kind }) => kind.type === 'answers');
}

function reportChanges({ verdict }: JudgedDrift, flags: DriftFlags, io: Io): ExitCode {
  for (const row of verdict.fresh) io.stderr(`bench: new drift: ${driftLine(row)}\n`);
  for (const row of verdict.vanished) io.stderr(`bench: vanished drift: ${driftLine(row)}\n`);
  if (verdict.state === 'pass' || isUnanswered(verdict)) {
    // The screen says the same.
    if (!isScreen(flags)) io.stderr(`bench: ${driftSentence(verdict)}\n`);
  } else io.stderr('  hint: bench drift --accept stores what was found as the catalogue\n');
  return verdict.exitCode;
}

async function readCatalogue(file: string): Promise<StoredDrift[] | null> {
  const bytes = await readOrNull(file);
  return bytes === null ? null : parseCatalogue(bytes.toString('utf8'), file);
}

async function writeText(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeWhole(path, Buffer.from(text));
}
