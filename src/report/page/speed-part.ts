import { counted } from '../../counted.ts';
import type { Findings } from '../../parity/findings.ts';
import { linearAxis } from '../charts/axis.ts';
import { type Curve, curveChart } from '../charts/curves.ts';
import { chartFigure, dataTable, SIDES_LEGEND } from '../charts/figure.ts';
import { intervalChart } from '../charts/intervals.ts';
import { logarithmicAxis } from '../charts/scales.ts';
import { inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { bounds, ms, ratio } from '../spans.ts';
import type { HarnessSample, LatencySample, PageData } from './page-data.ts';

/** Shares of requests that the data table of a curve names. */
const NAMED = [0.5, 0.75, 0.9, 0.95, 0.99, 1];
/** Shorter latencies have no place on a logarithmic axis. */
const LEAST_MS = 1e-3;

/** Latencies of both sides as distributions above the floor of the harness, and their ratios with intervals. */
export function speedPart(
  { latency }: Findings,
  { latency: samples, harness }: Pick<PageData, 'latency' | 'harness'>,
): Html {
  if (samples.length === 0) return html`<p class="quiet">No latency was measured.</p>`;
  const cells = [...new Set(samples.map(({ cell }) => cell))];
  return html`${SIDES_LEGEND}${harness === null ? NOTHING : floorKey(harness)}<div class="pair">${cells.map(
    (cell) =>
      curveFigure(
        cell,
        samples.filter((sample) => sample.cell === cell),
        harness,
      ),
  )}</div>${ratiosFigure(latency)}`;
}

/** What the shade means. */
function floorKey({ requests, p50Ms, p95Ms }: HarnessSample): Html {
  return html`<p class="quiet shadekey"><span class="swatch"></span>the harness itself: below ${inline(ms(p50Ms))} ms, the median of ${counted(requests, 'request')} to a server that does nothing (p95 ${inline(ms(p95Ms))} ms), nothing can be seen of a side that is asked over HTTP</p>`;
}

function curveFigure(
  cell: string,
  samples: readonly LatencySample[],
  harness: HarnessSample | null,
): Html {
  const axis = logarithmicAxis(
    [
      ...samples.flatMap(({ points }) => points.map(([at]) => Math.max(LEAST_MS, at))),
      ...(harness === null ? [] : [Math.max(LEAST_MS, harness.p50Ms)]),
    ],
    'ms, logarithmic',
  );
  const curves = samples.map(
    ({ side, points }): Curve => ({
      kind: side,
      points: points.map(([at, share]) => [placeOf(at), share]),
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
    curveChart(axis, curves, {
      says: `latency of ${cell}, both sides`,
      shadeTo: harness === null ? null : placeOf(harness.p50Ms),
    }),
  );
}

/** The place of a latency on a logarithmic axis. */
function placeOf(latencyMs: number): number {
  return Math.log10(Math.max(LEAST_MS, latencyMs));
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
        note: html`${inline(ratio(at))} ${ratioLower === null && ratioUpper === null ? NOTHING : inline(bounds(ratioLower, ratioUpper, ratio(null)))} <span class="quiet">${counted(blockPairs, 'pair')}</span>`,
        says: `${quantile} of ${cell}: ratio ${at ?? 'undefined'}`,
      })),
    }),
  );
}
