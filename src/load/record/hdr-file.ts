import type { Rung } from '../drive/rung.ts';
import { measuredRows } from '../judge/books.ts';
import { type TimeHistogram, timeHistogram } from '../judge/histogram.ts';
import { responseMs } from '../judge/summary.ts';

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

/** Histograms of the measured requests; warm-ups and discarded requests are in none of them. */
export async function hdrFileOf(rungs: readonly Rung[]): Promise<HdrFile> {
  const histograms: HdrEntry[] = [];
  for (const { ratePerSecond, raw } of rungs) {
    for (const [arm, side] of (['incumbent', 'candidate'] as const).entries()) {
      const times = measuredRows(raw.record, { arm }).map((row) => responseMs(raw.record, row));
      histograms.push({ ratePerSecond, side, response: await timeHistogram(times) });
    }
  }
  return {
    schema: 1,
    encoding: 'HdrHistogram V2, deflated, base64; whole microseconds, 3 significant digits',
    histograms,
  };
}
