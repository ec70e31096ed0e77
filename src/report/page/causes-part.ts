import type { MeasureAttribution } from '../../attribution/types.ts';
import { counted } from '../../counted.ts';
import type { CellAttribution, Findings } from '../../parity/findings.ts';
import { linearAxis } from '../charts/axis.ts';
import { chartFigure, dataTable } from '../charts/figure.ts';
import { binsOf, histogram } from '../charts/histogram.ts';
import { intervalChart } from '../charts/intervals.ts';
import { inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { difference, share } from '../spans.ts';

/** Why the sides disagree: a bar a component with its interval, and what would have to be reverted. */
export function causesPart({ attribution }: Findings): Html {
  if (attribution === undefined || attribution.length === 0) {
    return html`<p>No extra requests were made to explain a difference: the answers agree, or the attribution was switched off.</p>`;
  }
  return html`${attribution.map(cellCauses)}`;
}

function cellCauses(entry: CellAttribution): Html {
  const told = entry.measures.filter(({ shares }) => shares.length > 0);
  return html`<h3>${entry.cell}</h3><p>${entry.sentence}</p>${told.map(measureFigure)}`;
}

function measureFigure(entry: MeasureAttribution): Html {
  const ends = entry.shares.flatMap(({ phi }) => [phi.mean, phi.lower, phi.upper]);
  const noise = entry.noiseFloor ?? 0;
  const axis = linearAxis(
    [Math.min(0, ...ends), Math.max(noise, 1e-6, ...ends) * 1.04],
    `share of ${entry.measure}`,
  );
  return html`${chartFigure(
    {
      title: `What moves ${entry.measure}`,
      caption: `of ${entry.total.toFixed(4)} in all; the dashed line is the noise floor`,
      data: dataTable(
        ['component', 'contribution', 'lower', 'upper', 'share', 'added first', 'added last'],
        entry.shares.map(({ component, phi, share: part, firstIn, lastIn }) => [
          component,
          phi.mean.toFixed(5),
          phi.lower.toFixed(5),
          phi.upper.toFixed(5),
          part === null ? '–' : `${(part * 100).toFixed(1)}%`,
          firstIn.toFixed(5),
          lastIn.toFixed(5),
        ]),
      ),
    },
    intervalChart({
      axis,
      bars: true,
      references: [
        { kind: 'zero', at: 0 },
        { kind: 'margin', at: noise },
      ],
      rows: entry.shares.map(({ component, phi, share: part }) => ({
        label: component,
        estimates: [{ kind: 'candidate', at: phi.mean, lower: phi.lower, upper: phi.upper }],
        note: html`${inline(difference(phi.mean))} ${part === null ? NOTHING : html`<span class="quiet">${inline(share(part, 0))}</span>`}`,
        says: `${component}: ${phi.mean.toFixed(4)}`,
      })),
    }),
  )}${repairOf(entry)}`;
}

function repairOf({ repair, afterRepair }: MeasureAttribution): Html {
  if (repair === null || repair.length === 0) return NOTHING;
  return html`<p class="callout">Minimal repair: revert <strong>${repair.join(' and ')}</strong>; ${afterRepair === null ? 'nothing is known of what would be left' : `${afterRepair.toFixed(4)} of the disagreement would be left`}.</p>`;
}

/** How far apart the two sides' vectors of the same texts are. */
export function embeddingPart(distances: readonly number[]): Html {
  if (distances.length === 0)
    return html`<p class="quiet">There are no vectors that could be compared.</p>`;
  const axis = {
    domain: [-16, 0] as const,
    title: '1 − cosine of the two vectors of a text',
    ticks: [-16, -12, -8, -4, 0].map((at) => ({
      at,
      label: at === -16 ? '0' : at === 0 ? '1' : `1e−${-at}`,
    })),
  };
  const bins = binsOf(
    distances.map((value) => (value <= 1e-16 ? -16 : Math.log10(value))),
    axis,
    32,
  );
  return chartFigure(
    {
      title: 'Embedding parity',
      caption: `${counted(distances.length, 'text')}; further left is more alike`,
      data: dataTable(
        ['1 − cosine from', 'to', 'texts'],
        bins
          .filter(({ count }) => count > 0)
          .map(({ from, to, count }) => [
            from === -16 ? '0' : (10 ** from).toExponential(1),
            (10 ** to).toExponential(1),
            count,
          ]),
      ),
    },
    histogram(axis, bins, {
      kind: 'incumbent',
      says: `1 − cosine of ${counted(distances.length, 'text')}`,
    }),
  );
}
