import { changedEvidence, standingRows } from '../../logs/ledger/expired.ts';
import { type EvidenceHashes, type LedgerRow, readLedger } from '../../logs/ledger/row.ts';
import { readAppendLog } from '../../record/append-log.ts';
import type { EndpointVerdict, VerdictLookup } from './types.ts';

/** How long rows that were read serve further look-ups. */
const FRESH_MS = 1000;

/**
 * Looks verdicts up in a ledger file; a file that is not there has none. A verdict whose evidence is another than
 * what is `current`, or that `isOfThese` backends does not know, has expired, and is none. Where a line of the ledger is
 * not as it was written nothing stands: it may have been the last word on any path.
 */
export function ledgerVerdicts(
  path: string,
  current: Partial<EvidenceHashes> = {},
  isOfThese: (evidence: EvidenceHashes) => boolean = () => true,
): VerdictLookup {
  let rows: Promise<readonly LedgerRow[]> = Promise.resolve([]);
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async (candidatePath) => {
    const now = performance.now();
    if (now - readAtMs > FRESH_MS) {
      readAtMs = now;
      rows = readAppendLog(path).then((log) => {
        const ledger = readLedger(log);
        return ledger.problems.length === 0 ? standingRows(ledger.rows) : [];
      });
    }
    const row = (await rows).find((standing) => isPath(standing.candidatePath, candidatePath));
    if (row === undefined) return null;
    const { hashes } = row.evidence;
    const stands = changedEvidence(hashes, current).length === 0 && isOfThese(hashes);
    return stands ? verdictOf(row) : null;
  };
}

function verdictOf(row: LedgerRow): EndpointVerdict {
  const { endpoint, verdict, change, date, incumbentPath, candidatePath, runId } = row;
  return { endpoint, verdict, change, date, incumbentPath, candidatePath, runId };
}

/** Whether a path of the ledger, which may have a method and places such as `{key}`, is that of a request. */
function isPath(ledgerPath: string, asked: string): boolean {
  const pattern = ledgerPath
    .replace(/^[A-Z]+ /, '')
    .split(/\{[^}]*\}|\*/)
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.+');
  return new RegExp(`^${pattern}$`).test(asked);
}
