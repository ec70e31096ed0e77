import { resolve } from 'node:path';
import { counted } from '../../src/counted.ts';
import { readLock, withFileLock } from '../../src/disk/file-lock.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import {
  addToLedger,
  ledgerLock,
  ledgerMarkdown,
  renderLedger,
} from '../../src/logs/ledger/add-to-ledger.ts';
import {
  type ExpiredVerdict,
  expiredVerdicts,
  standingRows,
} from '../../src/logs/ledger/expired.ts';
import { ledgerReport } from '../../src/logs/ledger/ledger-report.ts';
import {
  LEDGER_SCHEMA,
  type Ledger,
  type LedgerInput,
  readLedger,
} from '../../src/logs/ledger/row.ts';
import { readAppendLog } from '../../src/record/append-log.ts';
import { readOrNull } from '../../src/record/files/read-or-null.ts';
import { requireVersion } from '../../src/record/log-version.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { RECORDS, requireLog } from '../records.ts';
import {
  evidenceToCompare,
  FROM_RUNS,
  type LedgerSources,
  openSoundRun,
} from './ledger-evidence.ts';

const YEAR_MS = 366 * 86_400_000;

interface LedgerOptions {
  readonly ledger: string;
}

/** `bench ledger add|list|expired|check`: the log of verified parity, as JSON lines and as Markdown made from them. */
export function ledgerCommand(sources: LedgerSources = FROM_RUNS): DefineCommand {
  return (ledger, io, done) => {
    const command = (name: string) =>
      ledger
        .command(name)
        .option('--ledger <file>', 'the log; the Markdown is beside it', `${RECORDS}/ledger.jsonl`);

    command('add')
      .description('add a row for each endpoint that a run clears or loses')
      .argument('<run>', 'a run folder')
      .option('--notes <text>', 'say something beside the evidence')
      .option('--link <target>', 'where the evidence is published')
      .action(async (run: string, options: LedgerOptions & { notes?: string; link?: string }) => {
        const reader = await openSoundRun(run, io);
        const inputs = (await sources.inputsOfRun(reader)).map((input) => ({
          ...input,
          ...(options.notes === undefined ? {} : { notes: options.notes }),
          ...(options.link === undefined ? {} : { runLink: options.link }),
        }));
        requireNotAhead(inputs, run);
        const log = logOf(options, io);
        await read(log, io);
        for (const { endpoint, added, reason } of await addToLedger(log, inputs)) {
          io.stdout(`${endpoint}: ${reason}${added ? '' : ': no row'}\n`);
        }
        done(EXIT.pass);
      });

    addOutputOptions(command('list'))
      .description('print the ledger')
      .option('--standing', 'only the last row of each endpoint')
      .action(async (options: LedgerOptions & OutputFlags & { standing?: boolean }) => {
        const { rows } = await readExisting(options, io);
        const shown = options.standing === true ? standingRows(rows) : rows;
        const report = ledgerReport(shown);
        await printReport({ screen: null, report, figures: () => shown }, options, io);
        done(EXIT.pass);
      });

    command('expired')
      .description(
        'show which verdicts no longer stand, and why; exit 1 where there are any, 3 where a line cannot be read',
      )
      .option('--run <folder>', 'compare with the evidence of a run')
      .option('--current <file>', 'compare with hashes in a JSON file')
      .action(async (options: LedgerOptions & { run?: string; current?: string }) => {
        const { rows, problems } = await readExisting(options, io);
        const current = await evidenceToCompare(options, sources, io);
        const expired = standingRows(rows).flatMap((row) =>
          expiredVerdicts([row], current(row.endpoint)),
        );
        if (expired.length === 0) {
          io.stdout(
            `${counted(standingRows(rows).length, 'verdict stands', 'verdicts stand')}, none has expired\n`,
          );
        }
        for (const verdict of expired) io.stdout(describe(verdict));
        if (expired.length > 0) done(EXIT.fail);
        else done(problems.length > 0 ? EXIT.inconclusive : EXIT.pass);
      });

    command('check')
      .description('exit 1 where the Markdown is not what its data gives')
      .action(async (options: LedgerOptions) => {
        const { rows, problems, isSame } = await checked(options, io);
        if (!isSame) {
          io.stderr(`bench: ${shown(options)}.md differs from its data\n`);
          io.stderr(
            '  hint: bench ledger render writes it again; rows are edited in no other way\n',
          );
        }
        if (isSame && problems.length === 0)
          io.stdout(`${counted(rows.length, 'row')}, Markdown as its data\n`);
        done(isSame && problems.length === 0 ? EXIT.pass : EXIT.fail);
      });

    command('render')
      .description('write the Markdown again from its data')
      .action(async (options: LedgerOptions) => {
        await readExisting(options, io);
        const rows = await renderLedger(logOf(options, io));
        io.stdout(`${shown(options)}.md: ${counted(rows, 'row')}\n`);
        done(EXIT.pass);
      });
  };
}

/** A failure that a wrong clock has dated years ahead would keep everything from clearing until then. */
function requireNotAhead(inputs: readonly LedgerInput[], run: string): void {
  const latest = new Date(Date.now() + YEAR_MS).toISOString().slice(0, 10);
  const ahead = inputs.find(({ date }) => date > latest);
  if (ahead === undefined) return;
  throw new UsageError(
    'ledger-date',
    `${run}: the run is of ${ahead.date}, more than a year ahead`,
    {
      hint: 'set the clock of the machine that made it (or of this one) right, and make the run again',
    },
  );
}

function logOf({ ledger }: LedgerOptions, io: Io): string {
  return resolve(io.cwd, ledger);
}

/** The ledger, and whether the Markdown is what it gives; while a row is being added its Markdown is waited for. */
async function checked(
  options: LedgerOptions,
  io: Io,
): Promise<Ledger & { readonly isSame: boolean }> {
  const log = logOf(options, io);
  const look = async (ledger: Ledger) => {
    const written = await readOrNull(ledgerMarkdown(log));
    const given = Buffer.from(renderMarkdown(ledgerReport(ledger.rows)));
    const isSame = written === null ? ledger.rows.length === 0 : written.equals(given);
    return { ...ledger, isSame };
  };
  const lock = await ledgerLock(log);
  const first = await look(await readExisting(options, io));
  if (first.isSame || (await readLock(lock)) === null) return first;
  return await withFileLock(lock, async () => look(readLedger(await readAppendLog(log))));
}

function shown({ ledger }: LedgerOptions): string {
  return ledger.replace(/\.jsonl$/, '');
}

/** @throws UsageError where there is no such log. */
async function readExisting(options: LedgerOptions, io: Io): Promise<Ledger> {
  const log = logOf(options, io);
  requireLog(log, options.ledger, 'bench ledger add RUN');
  return read(log, io);
}

async function read(path: string, io: Io): Promise<Ledger> {
  const log = await readAppendLog(path);
  requireVersion(log, LEDGER_SCHEMA);
  const ledger = readLedger(log);
  for (const problem of ledger.problems) io.stderr(`bench: ${problem}\n`);
  return ledger;
}

function describe({ row, because }: ExpiredVerdict): string {
  const reasons = because.map((reason) => `  ${reason}\n`).join('');
  return `${row.endpoint}: ${row.verdict} of ${row.date} (run ${row.runId}) has expired\n${reasons}`;
}
