import { type Html, html } from '../html/tag.ts';
import { type Axis, percentOn, placeOn } from './axis.ts';
import { axisLabels, gridLines } from './figure.ts';

/** Values between two bounds. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const HEIGHT = 150;
/** Room for the count above the highest bar. */
const TOP = 16;

/** Counts values in bins of equal width over an axis; values beyond an end are in the bin at that end. */
export function binsOf(values: readonly number[], axis: Axis, count: number): Bin[] {
  const counts = new Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.floor(placeOn(axis, value) * count + 1e-9));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const [least, greatest] = axis.domain;
  const width = (greatest - least) / count;
  return counts.map((n, at) => ({
    from: least + at * width,
    to: least + (at + 1) * width,
    count: n,
  }));
}

/** Bars of counts, as high as the logarithm of 1 + count: single values stay visible beside thousands. */
export function histogram(
  axis: Axis,
  bins: readonly Bin[],
  { kind, says, marked = [] }: { kind: string; says: string; marked?: readonly number[] },
): Html {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const heightOf = (count: number): number =>
    (Math.log1p(count) / Math.log1p(most)) * (HEIGHT - TOP);
  return html`<div class="plotbox"><svg class="plot" width="100%" height="${HEIGHT}" role="img" aria-label="${says}">${gridLines(axis)}${marked.map(
    (at) => {
      const x = percentOn(axis, at);
      return html`<line class="ref zero" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
    },
  )}${bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, count }) => {
      const [x, end, high] = [placeOn(axis, from), placeOn(axis, to), heightOf(count)];
      const width = Number(((end - x) * 100).toFixed(2));
      return html`<rect class="bar ${kind}" x="${percentOn(axis, from)}" width="${Math.max(0.3, width - 0.3)}%" y="${(HEIGHT - high).toFixed(1)}" height="${high.toFixed(1)}"/><text class="label count" x="${Number((x * 100 + width / 2).toFixed(2))}%" y="${(HEIGHT - high - 4).toFixed(1)}" text-anchor="middle">${count}</text>`;
    })}</svg>${axisLabels(axis)}</div>`;
}
