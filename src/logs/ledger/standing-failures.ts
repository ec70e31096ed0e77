import { standingRows } from './expired.ts';
import type { Ledger, LedgerFailure, LedgerRow } from './row.ts';

/** What failed, with a row or without one, of endpoints that have not passed since. */
export function standingFailures({
  rows,
  failures,
}: Pick<Ledger, 'rows' | 'failures'>): (LedgerRow | LedgerFailure)[] {
  const standing = standingRows(rows);
  // A failure that comes after a pass has a row.
  const passing = new Set(
    standing.flatMap(({ endpoint, verdict }) => (verdict === 'pass' ? [endpoint] : [])),
  );
  return [
    ...standing.filter(({ verdict }) => verdict === 'fail'),
    ...failures.filter(({ endpoint }) => !passing.has(endpoint)),
  ];
}
