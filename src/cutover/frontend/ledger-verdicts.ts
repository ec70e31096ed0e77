import { changedEvidence, standingRows } from '../../logs/ledger/expired.ts';
import { type EvidenceHashes, type LedgerRow, readLedger } from '../../logs/ledger/row.ts';
import { standingFailures } from '../../logs/ledger/standing-failures.ts';
import { readAppendLog } from '../../record/append-log.ts';
import type { EndpointVerdict, VerdictLookup } from './types.ts';

/** What stands in a ledger. */
interface Standing {
  readonly rows: readonly LedgerRow[];
  readonly failures: ReturnType<typeof standingFailures>;
}

const NOTHING: Standing = { rows: [], failures: [] };
/** How long rows that were read serve further look-ups. */
const FRESH_MS = 1000;

/**
 * Looks verdicts up in a ledger file; a file that is not there has none. A verdict whose evidence is another than
 * what is `current`, or that `isOfThese` backends does not know, has expired, and is none; neither is one of sides that
 * were asked otherwise than clients ask. Several endpoints may stand for one path: it passes where all of them do, and
 * one that failed shuts it until that one passes. Where a line of the ledger is not as it was written nothing stands: it
 * may have been the last word on any path.
 */
export function ledgerVerdicts(
  path: string,
  current: Partial<EvidenceHashes> = {},
  isOfThese: (evidence: EvidenceHashes) => boolean = () => true,
): VerdictLookup {
  let read: Promise<Standing> = Promise.resolve(NOTHING);
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async (candidatePath) => {
    const now = performance.now();
    if (now - readAtMs > FRESH_MS) {
      readAtMs = now;
      read = readAppendLog(path).then((log) => {
        const ledger = readLedger(log);
        return ledger.problems.length === 0
          ? { rows: standingRows(ledger.rows), failures: standingFailures(ledger) }
          : NOTHING;
      });
    }
    const standing = await read;
    const isOfPath = (known: Partial<Pick<LedgerRow, 'candidatePath'>>) =>
      known.candidatePath !== undefined && isPath(known.candidatePath, candidatePath);
    const [first, ...others] = standing.rows.filter(
      (row) =>
        isOfPath(row) &&
        row.evidence.asked === undefined &&
        changedEvidence(row.evidence.hashes, current).length === 0 &&
        isOfThese(row.evidence.hashes),
    );
    if (first === undefined) return null;
    const failed = standing.failures.find(isOfPath);
    if (failed !== undefined) {
      const { endpoint, date, runId } = failed;
      return { ...verdictOf(first), endpoint, date, runId, verdict: 'fail', change: 'lost' };
    }
    return verdictOf(others.find(({ verdict }) => verdict !== 'pass') ?? first);
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
