import type { Findings } from '../../parity/findings.ts';
import { linearAxis } from '../charts/axis.ts';
import { type Curve, curveChart } from '../charts/curves.ts';
import { chartFigure, dataTable, legend } from '../charts/figure.ts';
import { intervalChart } from '../charts/intervals.ts';
import { logarithmicAxis } from '../charts/scales.ts';
import { inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { bounds, ratio } from '../spans.ts';
import type { LatencySample } from './page-data.ts';

/** Shares of requests that the data table of a curve names. */
const NAMED = [0.5, 0.75, 0.9, 0.95, 0.99, 1];

/** Latencies of both sides as distributions, and their ratios with intervals. */
export function speedPart({ latency }: Findings, samples: readonly LatencySample[]): Html {
  if (samples.length === 0) return html`<p class="quiet">No latency was measured.</p>`;
  const cells = [...new Set(samples.map(({ cell }) => cell))];
  return html`${legend([
    ['incumbent', 'incumbent'],
    ['candidate', 'candidate'],
  ])}<div class="pair">${cells.map((cell) =>
    curveFigure(
      cell,
      samples.filter((sample) => sample.cell === cell),
    ),
  )}</div>${ratiosFigure(latency)}`;
}

function curveFigure(cell: string, samples: readonly LatencySample[]): Html {
  const axis = logarithmicAxis(
    samples.flatMap(({ points }) => points.map(([ms]) => Math.max(1e-3, ms))),
    'ms, logarithmic',
  );
  const curves = samples.map(
    ({ side, points }): Curve => ({
      kind: side,
      points: points.map(([ms, share]) => [Math.log10(Math.max(1e-3, ms)), share]),
    }),
  );
  const at = ({ points }: LatencySample, share: number): string =>
    points.find(([, reached]) => reached >= share - 1e-9)?.[0].toFixed(2) ?? '–';
  return chartFigure(
    {
      title: `Latency of ${cell}`,
      caption: 'share of requests that took no longer',
      data: dataTable(
        ['side', 'requests', ...NAMED.map((share) => `${share * 100}% in ms`)],
        samples.map((sample) => [
          sample.side,
          sample.requests,
          ...NAMED.map((share) => at(sample, share)),
        ]),
      ),
    },
    curveChart(axis, curves, `latency of ${cell}, both sides`),
  );
}

function ratiosFigure(latency: Findings['latency']): Html {
  const known = latency.filter((entry) => entry.ratio !== null);
  if (known.length === 0) return NOTHING;
  const ends = known.flatMap(({ ratio: at, ratioLower, ratioUpper }) => [
    at ?? 1,
    ratioLower ?? 1,
    ratioUpper ?? 1,
  ]);
  const reach = Math.min(4, Math.max(0.1, ...ends.map((value) => Math.abs(value - 1)))) * 1.1;
  return chartFigure(
    {
      title: 'Latency of the candidate over the incumbent',
      caption: 'paired blocks, 95% bounds; right of 1 is slower',
    },
    intervalChart({
      axis: linearAxis([Math.max(0, 1 - reach), 1 + reach], 'ratio'),
      references: [{ kind: 'zero', at: 1 }],
      rows: known.map(({ cell, quantile, ratio: at, ratioLower, ratioUpper, blockPairs }) => ({
        label: html`${quantile} <span class="quiet">${cell}</span>`,
        estimates: [{ kind: 'candidate', at, lower: ratioLower, upper: ratioUpper }],
        note: html`${inline(ratio(at))} ${ratioLower === null && ratioUpper === null ? NOTHING : inline(bounds(ratioLower, ratioUpper, ratio(null)))} <span class="quiet">${blockPairs} pairs</span>`,
        says: `${quantile} of ${cell}: ratio ${at ?? 'undefined'}`,
      })),
    }),
  );
}
