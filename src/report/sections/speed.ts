import type { Findings } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section } from '../model.ts';
import { bounds, count, ms, perSecond, range, ratio, setting } from '../spans.ts';

/** Latency and throughput of both sides. */
export function speedSections(findings: Findings): Section[] {
  return [latencySection(findings), throughputSection(findings)];
}

function latencySection({ latency }: Findings): Section {
  return tableSection(
    'latency',
    'Latency: service time, one request at a time, interleaved ABBA blocks',
    {
      columns: [
        key(left('cell')),
        key(left('quantile')),
        right('incumbent ms'),
        right('candidate ms'),
        right('ratio'),
        beside(left('95% bounds', 'ratio-bounds')),
        right('block pairs'),
        right('requests a block'),
        right('censored'),
      ],
      rows: latency.map((entry) =>
        row(
          [entry.cell, entry.quantile],
          [
            entry.cell,
            entry.quantile,
            ms(entry.incumbentMs),
            ms(entry.candidateMs),
            ratio(entry.ratio),
            bounds(entry.ratioLower, entry.ratioUpper, ratio(null)),
            count(entry.blockPairs),
            count(entry.requestsPerBlock),
            [setting(entry.censored.incumbent), ', ', setting(entry.censored.candidate)],
          ],
        ),
      ),
      notes: [
        paragraph(
          'Ratio is candidate / incumbent, the Hodges–Lehmann ratio over block pairs with exact one-sided 95% bounds (signed ranks); the same queries in both blocks of a pair, all of them asked before on both sides. Milliseconds are medians over blocks of each block’s quantile. Unfinished requests count at the deadline.',
        ),
      ],
    },
  );
}

function throughputSection({ throughput }: Findings): Section {
  return tableSection('throughput', 'Throughput: closed loop at fixed concurrency', {
    columns: [
      key(left('cell')),
      key(left('side')),
      right('concurrency'),
      right('slices'),
      right('requests'),
      right('failed'),
      right('median requests/s'),
      beside(left('least–greatest')),
    ],
    rows: throughput.map((entry) =>
      row(
        [entry.cell, entry.side],
        [
          entry.cell,
          entry.side,
          count(entry.concurrency),
          count(entry.slices),
          count(entry.requests),
          count(entry.failed),
          perSecond(entry.medianPerSecond),
          range(entry.minPerSecond, entry.maxPerSecond, perSecond(null)),
        ],
      ),
    ),
  });
}
