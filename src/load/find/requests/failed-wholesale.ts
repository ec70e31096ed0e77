import type { WholesaleFailure } from '../../../gate/load/load-finding.ts';
import type { OutcomeKind } from '../../../wire/outcome.ts';
import { type LoadRecord, outcomeOf } from '../../recorder.ts';
import type { RequestTally } from './request-tally.ts';

/** Fewer answers than this share are no base for a figure of latency. */
const LEAST_OK_SHARE = 0.5;

/** How most of the listed requests failed; null where enough of them were answered. */
export function wholesaleFailure(
  record: LoadRecord,
  rows: readonly number[],
  { scheduled, counts }: RequestTally,
): WholesaleFailure | null {
  if (scheduled === 0 || counts.ok >= LEAST_OK_SHARE * scheduled) return null;
  const ends = new Map<
    string,
    { outcome: Exclude<OutcomeKind, 'ok'>; status: number | null; count: number }
  >();
  for (const row of rows) {
    const outcome = outcomeOf(record, row);
    if (outcome === 'ok' || outcome === 'pending') continue;
    const status = record.status[row] || null;
    const end = ends.get(`${outcome} ${status}`) ?? { outcome, status, count: 0 };
    end.count++;
    ends.set(`${outcome} ${status}`, end);
  }
  return {
    okCount: counts.ok,
    scheduled,
    ends: [...ends.values()].sort((a, b) => b.count - a.count),
  };
}
