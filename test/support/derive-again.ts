import { createHash } from 'node:crypto';
import type { Findings } from '../../src/parity/findings.ts';
import { type Derived, deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';

const known = new Map<string, Findings['reference']>();

/**
 * Findings of one of many synthetic runs over the same vectors: their reference index is built once, by a thread that
 * takes longer to start than all else together.
 */
export async function deriveAgain(run: RecordedRun): Promise<Derived> {
  const { documents, queries } = run.vectors;
  const hash = createHash('sha256').update(JSON.stringify([run.plan.k, run.plan.queryIds]));
  for (const { ids, values } of [documents.incumbent, queries.incumbent]) {
    hash.update(JSON.stringify(ids)).update(values);
  }
  const key = hash.digest('hex');
  const reference = known.get(key);
  const derived = await deriveFindings(run, reference === undefined ? {} : { reference });
  known.set(key, derived.findings.reference);
  return derived;
}
