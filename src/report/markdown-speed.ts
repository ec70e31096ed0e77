import type { Findings } from '../parity/findings.ts';
import { fixed, interval, whole } from './numbers.ts';
import { section } from './table.ts';

/** Latency and throughput tables. */
export function speedSections(findings: Findings): string[] {
  return [
    section(
      'Latency: service time, one request at a time, interleaved ABBA blocks',
      [
        'cell',
        'quantile',
        '>incumbent ms',
        '>candidate ms',
        '>ratio',
        '95% bounds',
        '>block pairs',
        '>requests a block',
        '>censored',
      ],
      findings.latency.map((entry) => [
        entry.cell,
        entry.quantile,
        fixed(entry.incumbentMs, 2),
        fixed(entry.candidateMs, 2),
        fixed(entry.ratio, 3),
        interval(entry.ratioLower, entry.ratioUpper, 3),
        whole(entry.blockPairs),
        whole(entry.requestsPerBlock),
        `${entry.censored.incumbent}, ${entry.censored.candidate}`,
      ]),
      [
        'Ratio is candidate / incumbent, the geometric mean over block pairs with one-sided 95% bounds; the same queries in both blocks of a pair, all of them asked before on both sides. Milliseconds are medians over blocks of each block’s quantile. Unfinished requests count at the deadline.',
      ],
    ),
    section(
      'Throughput: closed loop at fixed concurrency',
      [
        'cell',
        'side',
        '>concurrency',
        '>slices',
        '>requests',
        '>failed',
        '>median requests/s',
        'least–greatest',
      ],
      findings.throughput.map((entry) => [
        entry.cell,
        entry.side,
        whole(entry.concurrency),
        whole(entry.slices),
        whole(entry.requests),
        whole(entry.failed),
        fixed(entry.medianPerSecond, 0),
        `${fixed(entry.minPerSecond, 0)}–${fixed(entry.maxPerSecond, 0)}`,
      ]),
    ),
  ];
}
