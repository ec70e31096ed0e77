import { metricLabel } from '../../metrics/metric.ts';
import type { ComparedQuery } from '../../parity/compare-runs.ts';
import type { LatencyFinding } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section, Span } from '../model.ts';
import {
  bounds,
  count,
  difference,
  id,
  joined,
  metric,
  ms,
  prose,
  ratio,
  setting,
  spansOf,
  text,
} from '../spans.ts';
import type { ComparisonContext } from './compare.ts';

/** Single queries that differ in one direction, the greatest difference first. */
export function changedQueriesSection(
  direction: 'losses' | 'gains',
  queries: readonly ComparedQuery[],
  { listed, top }: Pick<ComparisonContext, 'listed' | 'top'>,
): Section {
  const more = queries.length - top;
  const [title, order] =
    direction === 'losses' ? ['Losses', 'worst first'] : ['Gains', 'greatest first'];
  return tableSection(
    direction,
    [`${title} in `, ...spansOf(joined(listed.map(metricLabel), ' and ')), `, ${order}`],
    {
      columns: [
        key(left('query')),
        key(left('cell')),
        key(left('side')),
        key(left('metric')),
        right('first'),
        right('second'),
        right('Δ', 'difference'),
        left('text'),
      ],
      rows: queries
        .slice(0, top)
        .map((entry) =>
          row(
            [entry.queryId, entry.cell, entry.side, metricLabel(entry.metric)],
            [
              id('query', entry.queryId),
              entry.cell,
              entry.side,
              metricLabel(entry.metric),
              metric(entry.first),
              metric(entry.second),
              difference(entry.difference),
              text(entry.text),
            ],
            { kind: 'query' },
          ),
        ),
      notes:
        queries.length === 0
          ? [paragraph('No query differs in this direction.')]
          : more > 0
            ? [
                paragraph(
                  prose`and ${count(more)} more: --top ${setting(queries.length)} shows all`,
                ),
              ]
            : [],
    },
  );
}

/** Latency of both runs, which is shown and not tested. */
export function comparedLatencySection(
  first: readonly LatencyFinding[],
  second: readonly LatencyFinding[],
): Section {
  return tableSection('latency', 'Latency, each run by itself', {
    columns: [
      key(left('cell')),
      key(left('quantile')),
      right('incumbent ms, first'),
      beside(right('second', 'incumbent-ms-second')),
      right('candidate ms, first'),
      beside(right('second', 'candidate-ms-second')),
      right('ratio, first'),
      right('ratio, second'),
    ],
    rows: second.flatMap((now) => {
      const old = first.find(
        ({ cell, quantile }) => cell === now.cell && quantile === now.quantile,
      );
      if (old === undefined) return [];
      return [
        row(
          [now.cell, now.quantile],
          [
            now.cell,
            now.quantile,
            ms(old.incumbentMs),
            ms(now.incumbentMs),
            ms(old.candidateMs),
            ms(now.candidateMs),
            ratioOf(old),
            ratioOf(now),
          ],
        ),
      ];
    }),
    notes: [
      paragraph(
        'Two runs were made at two times and are not interleaved: their milliseconds are shown and not tested. Each ratio is paired within its own run.',
      ),
    ],
  });
}

function ratioOf({ ratio: value, ratioLower, ratioUpper }: LatencyFinding): readonly Span[] {
  return [ratio(value), ' ', bounds(ratioLower, ratioUpper, ratio(null))];
}
