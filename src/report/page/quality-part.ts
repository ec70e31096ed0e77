import { counted } from '../../counted.ts';
import { metricLabel } from '../../metrics/metric.ts';
import type { CellFinding, QualityFinding } from '../../parity/findings.ts';
import { linearAxis, ninesAxis, ninesOf } from '../charts/axis.ts';
import { chartFigure, dataTable, SIDES_LEGEND } from '../charts/figure.ts';
import { binsOf, histogram } from '../charts/histogram.ts';
import { type IntervalRow, intervalChart, type PlottedEstimate } from '../charts/intervals.ts';
import { inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { metric, text } from '../spans.ts';

/** Slices that are drawn; the others stand in the table. */
const DRAWN_SLICES = 16;
const BINS = 41;

/** Recall by rank and by slice, and how the differences of single needs are spread. */
export function qualityPart(cell: CellFinding): Html {
  const recalls = cell.quality.filter(({ metric: { family } }) => family === 'recall');
  const deepest = recalls.at(-1);
  const slices = cell.slices.slice(0, DRAWN_SLICES).flatMap(({ slice, needs, quality }) => {
    const found = quality.find(
      ({ metric: { family, depth } }) => family === 'recall' && depth === cell.k,
    );
    return found === undefined
      ? []
      : [
          ninesRow(
            html`${inline(text(slice))} <span class="quiet">${counted(needs, 'need')}</span>`,
            found,
            slice,
          ),
        ];
  });
  return html`<h3>${cell.cell}</h3>${SIDES_LEGEND}<div class="pair">${chartFigure(
    { title: 'Recall by rank', caption: 'each further nine takes as much room as the one before' },
    intervalChart({
      axis: ninesAxis('recall'),
      rows: recalls.map((entry) =>
        ninesRow(metricLabel(entry.metric), entry, metricLabel(entry.metric)),
      ),
    }),
  )}${
    slices.length === 0
      ? NOTHING
      : chartFigure(
          {
            title: `recall@${cell.k} by slice`,
            caption:
              cell.slices.length > DRAWN_SLICES
                ? `the first ${DRAWN_SLICES} of ${cell.slices.length}`
                : null,
          },
          intervalChart({ axis: ninesAxis('recall'), rows: slices }),
        )
  }</div><div class="pair">${[deepest, cell.quality.find(({ metric: { family } }) => family === 'ndcg')].map((entry) => (entry === undefined ? NOTHING : differencesFigure(entry)))}</div>`;
}

function ninesRow(
  label: Html | string,
  { incumbent, candidate }: QualityFinding,
  name: string,
): IntervalRow {
  const estimate = (kind: string, figureOf: QualityFinding['incumbent']): PlottedEstimate => ({
    kind,
    at: nines(figureOf.mean),
    lower: nines(figureOf.lower),
    upper: nines(figureOf.upper),
  });
  return {
    label,
    estimates: [estimate('incumbent', incumbent), estimate('candidate', candidate)],
    note: html`<span class="of incumbent">${inline(metric(incumbent.mean))}</span><span class="of candidate">${inline(metric(candidate.mean))}</span>`,
    says: `${name}: incumbent ${incumbent.mean ?? 'undefined'}, candidate ${candidate.mean ?? 'undefined'}`,
  };
}

function nines(value: number | null): number | null {
  return value === null ? null : ninesOf(value);
}

function differencesFigure({ metric: of, differences }: QualityFinding): Html {
  const most = Math.max(0.1, ...differences.map(Math.abs));
  const axis = linearAxis([-most, most], 'candidate − incumbent, a need each');
  const bins = binsOf(differences, axis, BINS);
  const worse = differences.filter((value) => value < 0).length;
  const better = differences.filter((value) => value > 0).length;
  const says = `${metricLabel(of)}: ${counted(worse, 'need')} worse, ${better} better, ${differences.length - worse - better} the same`;
  return chartFigure(
    {
      title: `Differences in ${metricLabel(of)}`,
      caption: `${worse} worse · ${differences.length - worse - better} the same · ${better} better; heights are logarithmic`,
      data: dataTable(
        ['from', 'to', 'needs'],
        bins
          .filter(({ count }) => count > 0)
          .map(({ from, to, count }) => [from.toFixed(3), to.toFixed(3), count]),
      ),
    },
    histogram(axis, bins, { kind: 'candidate', says, marked: [0] }),
  );
}
