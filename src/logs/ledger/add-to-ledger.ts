import { dirname } from 'node:path';
import { makeFolder } from '../../disk/make-folder.ts';
import { appendToLog, readAppendLog } from '../../record/append-log.ts';
import { withFileLock } from '../../record/files/file-lock.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { ledgerChange } from './change.ts';
import { ledgerReport } from './ledger-report.ts';
import { type LedgerInput, readLedger } from './row.ts';

/** What became of one claim: the reason, and whether there is a new row. */
export interface LedgerEntry {
  readonly endpoint: string;
  readonly added: boolean;
  readonly reason: string;
}

/**
 * Adds a row for each endpoint that clears or loses parity, and writes the Markdown beside the log again.
 * @throws InfrastructureError where the disk refuses.
 */
export async function addToLedger(
  log: string,
  inputs: readonly LedgerInput[],
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  const read = async () => readLedger(await readAppendLog(log)).rows;
  await makeFolder(dirname(log));
  // Held from reading to writing, so that two runs never both add what one of them has added.
  await withFileLock(`${log}.add.lock`, async () => {
    for (const input of inputs) {
      const { row, reason } = ledgerChange(await read(), input);
      if (row !== null) await appendToLog(log, [row], { sealed: true });
      entries.push({ endpoint: input.endpoint, added: row !== null, reason });
    }
    const markdown = `${log.replace(/\.jsonl$/, '')}.md`;
    await writeWhole(markdown, Buffer.from(renderMarkdown(ledgerReport(await read()))));
  });
  return entries;
}
