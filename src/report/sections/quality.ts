import { metricLabel } from '../../metrics/metric.ts';
import type { CellFinding, MeanFigure } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { IntervalSpan, Section } from '../model.ts';
import { bounds, codeId, count, difference, metric, prose, things } from '../spans.ts';

/** Quality of both sides of one operation, and the paired difference. */
export function qualitySection(cell: CellFinding): Section {
  return tableSection(
    `quality-${cell.cell}`,
    [
      ...prose`Quality: ${cell.cell}, ${codeId('path', cell.incumbentPath)}`,
      ' ↔ ',
      codeId('path', cell.candidatePath),
    ],
    {
      columns: [
        key(left('metric')),
        right('needs'),
        right('incumbent'),
        beside(left('95% bounds', 'incumbent-bounds')),
        right('candidate'),
        beside(left('95% bounds', 'candidate-bounds')),
        right('Δ', 'difference'),
        beside(left('95% bounds of Δ', 'difference-bounds')),
        right('undefined'),
      ],
      rows: cell.quality.map((q) =>
        row(
          [metricLabel(q.metric)],
          [
            metricLabel(q.metric),
            count(q.delta.n),
            metric(q.incumbent.mean),
            boundsOf(q.incumbent),
            metric(q.candidate.mean),
            boundsOf(q.candidate),
            difference(q.delta.mean),
            boundsOf(q.delta),
            count(q.incumbent.undefinedCount),
          ],
        ),
      ),
      notes: [
        paragraph(
          prose`${things(cell.queries, 'query', 'queries')} of ${things(cell.needs, 'need')}, each asked twice of both sides. As served: a failed request scores 0. Recall is tie-aware against exact cosine over the incumbent's embeddings; nDCG and MRR against the graded judgments unless named exact. One-sided 95% bounds on either side.`,
        ),
      ],
    },
  );
}

/** The bounds of a mean. */
export function boundsOf({ lower, upper }: Pick<MeanFigure, 'lower' | 'upper'>): IntervalSpan {
  return bounds(lower, upper);
}
