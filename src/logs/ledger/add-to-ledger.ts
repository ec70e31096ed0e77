import { dirname } from 'node:path';
import { lockOf, withFileLock } from '../../disk/file-lock.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { appendToLog, readAppendLog } from '../../record/append-log.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import { requireVersion } from '../../record/log-version.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { ledgerChange } from './change.ts';
import { ledgerReport } from './ledger-report.ts';
import { FAILURE_SCHEMA, LEDGER_SCHEMA, type Ledger, type LedgerInput, readLedger } from './row.ts';

/** What became of one claim: the reason, and whether there is a new row. */
export interface LedgerEntry {
  readonly endpoint: string;
  readonly added: boolean;
  readonly reason: string;
}

/**
 * Adds a row for each endpoint that clears or loses parity, and writes the Markdown beside the log again.
 * @throws UsageError where another version of the suite has written to it; InfrastructureError where the disk refuses.
 */
export async function addToLedger(
  log: string,
  inputs: readonly LedgerInput[],
): Promise<LedgerEntry[]> {
  const entries = new Map<LedgerInput, LedgerEntry>();
  // What fails comes last: what another claim clears on the same path is lost then, by a row that shows it.
  const isFail = ({ verdict }: LedgerInput) => verdict === 'fail';
  const ordered = [...inputs.filter((input) => !isFail(input)), ...inputs.filter(isFail)];
  await makeFolder(dirname(log));
  // Held from reading to writing, so that two runs never both add what one of them has added.
  await withFileLock(await ledgerLock(log), async () => {
    for (const input of ordered) {
      const { row, failure, reason } = ledgerChange(await ledgerIn(log), input);
      const line = row ?? failure;
      if (line !== undefined) await appendToLog(log, [line], { sealed: true });
      entries.set(input, { endpoint: input.endpoint, added: row !== null, reason });
    }
    await writeMarkdown(log);
  });
  return inputs.flatMap((input) => entries.get(input) ?? []);
}

/**
 * Writes the Markdown beside a log again; a row that is being added meanwhile is in it.
 * @returns the rows that it shows
 * @throws as `addToLedger` does
 */
export async function renderLedger(log: string): Promise<number> {
  return await withFileLock(await ledgerLock(log), () => writeMarkdown(log));
}

/** The file that is held while rows are added and shown. */
export function ledgerLock(log: string): Promise<string> {
  return lockOf(log, '.add.lock');
}

async function ledgerIn(log: string): Promise<Ledger> {
  const read = await readAppendLog(log);
  for (const schema of [LEDGER_SCHEMA, FAILURE_SCHEMA]) requireVersion(read, schema);
  return readLedger(read);
}

async function writeMarkdown(log: string): Promise<number> {
  const { rows } = await ledgerIn(log);
  await writeWhole(ledgerMarkdown(log), Buffer.from(renderMarkdown(ledgerReport(rows))));
  return rows.length;
}

/** The Markdown beside a log. */
export function ledgerMarkdown(log: string): string {
  return `${log.replace(/\.jsonl$/, '')}.md`;
}
