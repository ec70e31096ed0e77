import { isSameMetric, metricLabel, recallAt } from '../../metrics/metric.ts';
import type { CellFinding } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { NumberStyle, Section } from '../model.ts';
import {
  bounds,
  count,
  difference,
  metric,
  numeral,
  prose,
  range,
  setting,
  text,
} from '../spans.ts';

/** Share of false claims that is allowed among the strata that are named. */
const FALSE_SHARE = 0.1;
const VALUE: NumberStyle = { unit: 'count', precision: { significant: 3 }, signed: false };
const ERROR: NumberStyle = { unit: 'count', precision: { significant: 2 }, signed: false };

/** Recall of each slice of the queries. */
export function slicesSection(cell: CellFinding): Section {
  const shown = recallAt(cell.k);
  const slices = cell.slices.map((slice) => ({
    slice,
    q: slice.quality.find((entry) => isSameMetric(entry.metric, shown)),
  }));
  const worst = slices
    .flatMap(({ slice, q }) =>
      q === undefined || q.delta.mean === null ? [] : [{ slice, mean: q.delta.mean }],
    )
    .sort((a, b) => a.mean - b.mean)[0];
  return tableSection(`slices-${cell.cell}`, prose`Slices: ${cell.cell}, ${metricLabel(shown)}`, {
    columns: [
      key(left('slice')),
      right('needs'),
      right('queries'),
      right('incumbent'),
      right('candidate'),
      right('Δ', 'difference'),
      beside(left('95% bounds of Δ', 'difference-bounds')),
      right('worst tenth, incumbent'),
      right('worst tenth, candidate'),
    ],
    rows: slices.map(({ slice, q }) =>
      row(
        [slice.slice],
        [
          text(slice.slice),
          count(slice.needs),
          count(slice.queries),
          metric(q?.incumbent.mean),
          metric(q?.candidate.mean),
          difference(q?.delta.mean),
          bounds(q?.delta.lower, q?.delta.upper),
          metric(slice.worstDecileIncumbent),
          metric(slice.worstDecileCandidate),
        ],
      ),
    ),
    notes:
      worst === undefined
        ? []
        : [paragraph(prose`Worst slice: ${text(worst.slice.slice)}, ${difference(worst.mean)}.`)],
  });
}

/** Recall by how hard the queries are, a quarter of them a row; none where no quarter was made. */
export function strataSections({ cell, k, strata = [], approximation }: CellFinding): Section[] {
  if (strata.length === 0) return [];
  const significant = strata.filter(
    ({ pAdjusted }) => pAdjusted !== null && pAdjusted <= FALSE_SHARE,
  );
  const worst = significant.toSorted((a, b) => (a.delta.mean ?? 0) - (b.delta.mean ?? 0))[0];
  const lossy =
    approximation === undefined
      ? []
      : [
          paragraph(
            prose`Approximation error, the exact k-th score less that of the k-th row got: ${numeral(approximation.incumbent.mean, ERROR)} on average (at most ${numeral(approximation.incumbent.max, ERROR)}) on the incumbent’s side, ${numeral(approximation.candidate.mean, ERROR)} (${numeral(approximation.candidate.max, ERROR)}) on the candidate’s. Near ties cost nothing; losses do.`,
          ),
        ];
  return [
    tableSection(`strata-${cell}`, prose`Hardness: ${cell}, ${metricLabel(recallAt(k))}`, {
      columns: [
        key(left('quarter by')),
        key(right('quarter')),
        right('values', 'values'),
        right('needs'),
        right('incumbent'),
        right('candidate'),
        right('Δ', 'difference'),
        beside(left('95% bounds of Δ', 'difference-bounds')),
        right('p of a loss', 'p'),
      ],
      rows: strata.map((entry) =>
        row(
          [entry.hardness, entry.quarter],
          [
            entry.hardness,
            setting(entry.quarter),
            range(entry.from, entry.to, VALUE),
            count(entry.needs),
            metric(entry.incumbent),
            metric(entry.candidate),
            difference(entry.delta.mean),
            bounds(entry.delta.lower, entry.delta.upper),
            numeral(entry.pAdjusted, VALUE),
          ],
        ),
      ),
      notes: [
        paragraph(
          worst === undefined
            ? 'Advisory. p is adjusted over all rows (Benjamini and Hochberg); none is at most .1.'
            : prose`Advisory. p is adjusted over all rows (Benjamini and Hochberg). Worst of those at most .1: quarter ${setting(worst.quarter)} by ${worst.hardness}, ${difference(worst.delta.mean)}.`,
        ),
        ...lossy,
      ],
    }),
  ];
}
