import { existsSync } from 'node:fs';
import { UsageError } from '../src/errors.ts';

/**
 * Where a user's own records are kept: the ledger, baselines, the catalogue of drift, the drill. Beside the
 * configuration, and apart from `results/` of this repository, which holds what is published.
 */
export const RECORDS = 'parity';

/**
 * Says that a log is to be read that is not there.
 * @throws UsageError
 */
export function requireLog(path: string, named: string, begins: string): void {
  if (existsSync(path)) return;
  throw new UsageError('no-log', `${named}: no such file`, { hint: `${begins} begins one` });
}
