import { changedEvidence, standingRows } from './expired.ts';
import { LEDGER_SCHEMA, type LedgerInput, type LedgerRow } from './row.ts';

/** What a run means for the ledger: a row, or the reason why there is none. */
export type LedgerChange =
  | { readonly row: LedgerRow; readonly reason: string }
  | { readonly row: null; readonly reason: string };

/**
 * A ledger has one row each time an endpoint clears or loses parity. A pass on other evidence than before
 * clears it anew, since the earlier verdict has expired.
 */
export function ledgerChange(rows: readonly LedgerRow[], input: LedgerInput): LedgerChange {
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
    return standing?.verdict === 'pass'
      ? rowOf(input, 'lost', `parity lost (held since ${standing.date})`)
      : { row: null, reason: 'fails, and had no parity to lose' };
  }
  if (standing?.verdict !== 'pass') return rowOf(input, 'cleared', 'parity cleared');
  const because = changedEvidence(standing.evidence.hashes, input.evidence.hashes);
  return because.length === 0
    ? { row: null, reason: `parity still holds, since ${standing.date}` }
    : rowOf(input, 'cleared', `parity cleared anew: ${because.join('; ')}`);
}

function rowOf(input: LedgerInput, change: LedgerRow['change'], reason: string): LedgerChange {
  return { row: { schema: LEDGER_SCHEMA, ...input, change }, reason };
}
