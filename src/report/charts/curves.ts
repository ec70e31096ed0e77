import { type Html, html, NOTHING } from '../html/tag.ts';
import { type Axis, percentOn, placeOn } from './axis.ts';
import { axisLabels, gridLines } from './figure.ts';

/** One class of points, drawn as one path. */
export interface Curve {
  readonly kind: string;
  /** Ascending in x; y within 0 and 1. */
  readonly points: readonly (readonly [number, number])[];
}

const HEIGHT = 220;
const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** Empirical distribution functions, a step at each point; what lies left of `shadeTo` is shaded. */
export function curveChart(
  axis: Axis,
  curves: readonly Curve[],
  { says, shadeTo = null }: { readonly says: string; readonly shadeTo?: number | null },
): Html {
  const y = (share: number): number => (1 - share) * (HEIGHT - 12) + 6;
  return html`<div class="plotbox"><svg class="plot" width="100%" height="${HEIGHT}" role="img" aria-label="${says}">${shadeTo === null ? NOTHING : html`<rect class="shade" x="0" y="0" width="${percentOn(axis, shadeTo)}" height="100%"/>`}${gridLines(axis)}${SHARES.map(
    (share) =>
      html`<line class="grid" x1="0" x2="100%" y1="${y(share)}" y2="${y(share)}"/><text class="label" x="0" dx="4" y="${y(share) - 3}">${share === 0 ? '' : `${share * 100}%`}</text>`,
  )}<svg width="100%" height="${HEIGHT}" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none">${curves.map(
    ({ kind, points }) => html`<path class="curve ${kind}" d="${pathOf(axis, points, y)}"/>`,
  )}</svg></svg>${axisLabels(axis)}</div>`;
}

function pathOf(axis: Axis, points: Curve['points'], y: (share: number) => number): string {
  return points
    .map(([at, share], index) => {
      const x = (placeOn(axis, at) * 1000).toFixed(1);
      return index === 0
        ? `M${x},${y(0).toFixed(1)}V${y(share).toFixed(1)}`
        : `H${x}V${y(share).toFixed(1)}`;
    })
    .join('');
}
