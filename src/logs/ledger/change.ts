import { changedEvidence, standingRows } from './expired.ts';
import { LEDGER_SCHEMA, type Ledger, type LedgerInput, type LedgerRow } from './row.ts';

/** What a run means for the ledger: a row, or the reason why there is none. */
export type LedgerChange =
  | { readonly row: LedgerRow; readonly reason: string }
  | { readonly row: null; readonly reason: string };

/**
 * A ledger has one row each time an endpoint clears or loses parity. A pass on other evidence than before
 * clears it anew, since the earlier verdict has expired. A run that is older than the row that stands clears nothing.
 * Where a line cannot be read, it may have cleared what a failing run loses.
 */
export function ledgerChange({ rows, problems }: Ledger, input: LedgerInput): LedgerChange {
  const { endpoint, verdict, runId } = input;
  if (rows.some((row) => row.runId === runId && row.endpoint === endpoint)) {
    return { row: null, reason: `run ${runId} is in the ledger already` };
  }
  const standing = standingRows(rows).find((row) => row.endpoint === endpoint);
  if (verdict === 'inconclusive') {
    return {
      row: null,
      reason: 'inconclusive, so parity is neither cleared nor lost',
    };
  }
  if (verdict === 'fail') {
    if (standing?.verdict === 'pass') {
      return rowOf(input, 'lost', `parity lost (held since ${standing.date})`);
    }
    return problems.length > 0
      ? rowOf(input, 'lost', 'parity lost, if a line that cannot be read had cleared it')
      : { row: null, reason: 'fails, and had no parity to lose' };
  }
  if (standing !== undefined && isBefore(input, standing)) {
    // An older failure still counts: it closes, and opens nothing.
    return { row: null, reason: `older than the verdict that stands, of ${standing.date}` };
  }
  if (standing?.verdict !== 'pass') return rowOf(input, 'cleared', 'parity cleared');
  const because = changedEvidence(standing.evidence.hashes, input.evidence.hashes);
  return because.length === 0
    ? { row: null, reason: `parity still holds, since ${standing.date}` }
    : rowOf(input, 'cleared', `parity cleared anew: ${because.join('; ')}`);
}

/** The beginning of a run's name, where this suite gave it. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z/;

/** Whether a run surely began before another one, by the day or by the time in both names. */
function isBefore(one: Dated, other: Dated): boolean {
  if (one.date !== other.date) return one.date < other.date;
  const [first, second] = [one, other].map(({ runId }) => TIME.exec(runId)?.[0]);
  return first !== undefined && second !== undefined && first < second;
}

type Dated = Pick<LedgerInput, 'date' | 'runId'>;

function rowOf(input: LedgerInput, change: LedgerRow['change'], reason: string): LedgerChange {
  return { row: { schema: LEDGER_SCHEMA, ...input, change }, reason };
}
