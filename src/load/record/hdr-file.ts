import { wholesaleFailure } from '../find/requests/failed-wholesale.ts';
import { measuredRows, tallyRequests } from '../find/requests/request-tally.ts';
import { responseMs } from '../find/requests/summary.ts';
import { type TimeHistogram, timeHistogram } from './histogram.ts';
import type { ObservedRung } from './observed.ts';

/** Response times of one side at one rate. */
interface HdrEntry {
  readonly ratePerSecond: number;
  readonly side: 'incumbent' | 'candidate';
  readonly response: TimeHistogram;
}

/** Response times of every rate and side as HDR histograms, which other tools read and which merge. */
export interface HdrFile {
  readonly schema: 1;
  readonly encoding: 'HdrHistogram V2, deflated, base64; whole microseconds, 3 significant digits';
  readonly histograms: readonly HdrEntry[];
}

/**
 * Histograms of the measured requests; warm-ups and discarded requests are in none of them, and a side that failed
 * wholesale has none.
 */
export async function hdrFileOf(rungs: readonly ObservedRung[]): Promise<HdrFile> {
  const histograms: HdrEntry[] = [];
  for (const { ratePerSecond, both } of rungs) {
    const { record } = both;
    for (const [arm, side] of (['incumbent', 'candidate'] as const).entries()) {
      const rows = measuredRows(record, { arm });
      if (wholesaleFailure(record, rows, tallyRequests(record, rows)) !== null) continue;
      const times = rows.map((row) => responseMs(record, row));
      histograms.push({ ratePerSecond, side, response: await timeHistogram(times) });
    }
  }
  return {
    schema: 1,
    encoding: 'HdrHistogram V2, deflated, base64; whole microseconds, 3 significant digits',
    histograms,
  };
}
