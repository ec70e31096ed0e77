import { isSameMetric, metricLabel, recallAt } from '../../metrics/metric.ts';
import type { CellFinding } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section } from '../model.ts';
import { bounds, count, difference, metric, prose, text } from '../spans.ts';

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
