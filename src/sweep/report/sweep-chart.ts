import { ninesAxis, ninesOf, placeOn } from '../../report/charts/axis.ts';
import { type Html, html } from '../../report/html/tag.ts';
import type { SweepFindings, SweepPointFinding } from '../find/findings.ts';
import { pointName, variantName } from './names.ts';

const [WIDTH, HEIGHT] = [760, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 20, 50];
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#444444'];

/** Recall (each further nine as wide as the one before) against requests a second (logarithmic), as one SVG file. */
export function sweepChart(findings: SweepFindings): string {
  const drawn = findings.points.filter(
    ({ recall, perSecond }) => recall.mean !== null && (perSecond.median ?? 0) > 0,
  );
  const rates = drawn.flatMap(({ perSecond: { least, median, greatest } }) =>
    [least, median, greatest].filter((rate) => rate !== null && rate > 0),
  ) as number[];
  const least = Math.floor(Math.log10(Math.min(...rates, 1e9)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...rates, 10))));
  const axis = ninesAxis(`recall@${findings.k}`);
  const x = (recall: number): number =>
    round(LEFT + placeOn(axis, ninesOf(recall)) * (WIDTH - LEFT - RIGHT));
  const y = (rate: number): number =>
    round(
      HEIGHT - BOTTOM - ((Math.log10(rate) - least) / (most - least)) * (HEIGHT - TOP - BOTTOM),
    );
  const decades =
    rates.length === 0 ? [] : Array.from({ length: most - least + 1 }, (_, at) => least + at);
  const legendHeight = 18 * findings.variants.length + 10;
  const curves = [
    ...Map.groupBy(drawn, ({ variant, selectivity }) => `${variant} ${selectivity}`).values(),
  ];
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT + legendHeight}" font-family="sans-serif" font-size="12" role="img" aria-label="recall against requests a second">
<rect width="100%" height="100%" fill="#ffffff"/>
${axis.ticks.map(({ at, label }) => {
  const place = round(LEFT + placeOn(axis, at) * (WIDTH - LEFT - RIGHT));
  return html`<line x1="${place}" x2="${place}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#dddddd"/><text x="${place}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${label}</text>\n`;
})}${decades.map((decade) => {
  const place = y(10 ** decade);
  return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place}" y2="${place}" stroke="#dddddd"/><text x="${LEFT - 6}" y="${place + 4}" text-anchor="end">${10 ** decade}</text>\n`;
})}<text x="${WIDTH / 2}" y="${HEIGHT - 14}" text-anchor="middle">${axis.title}</text>
<text x="${LEFT}" y="${TOP - 6}" text-anchor="start">requests a second, ${findings.concurrency} at a time</text>
${curves.map((curve) => curveMarks(findings, curve, x, y))}${findings.variants.map(
  (_, at) =>
    html`<circle cx="${LEFT}" cy="${HEIGHT + 18 * at}" r="5" fill="${colourOf(at)}"/><text x="${LEFT + 12}" y="${HEIGHT + 4 + 18 * at}">${variantName(findings, at)}</text>\n`,
)}</svg>
`.markup;
}

function curveMarks(
  findings: SweepFindings,
  curve: readonly SweepPointFinding[],
  x: (recall: number) => number,
  y: (rate: number) => number,
): Html {
  const [first] = curve;
  const colour = colourOf(first?.variant ?? 0);
  const places = curve.map(
    (point) => `${x(point.recall.mean ?? 0)},${y(point.perSecond.median ?? 1)}`,
  );
  const isFiltered = first !== undefined && first.selectivity !== null;
  return html`<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${isFiltered ? '5 3' : 'none'}"/>
${curve.map((point) => {
  const { recall, perSecond } = point;
  const [cx, cy] = [x(recall.mean ?? 0), y(perSecond.median ?? 1)];
  const filtered = point.selectivity === null ? '' : `, filters leave ${point.selectivity * 100}%`;
  const says = `${variantName(findings, point.variant)}, ${pointName(findings, point)}${filtered}: recall ${recall.mean?.toFixed(4)}, ${perSecond.median?.toFixed(0)} a second`;
  return html`<g><title>${says}</title><line x1="${x(recall.lower ?? recall.mean ?? 0)}" x2="${x(recall.upper ?? recall.mean ?? 0)}" y1="${cy}" y2="${cy}" stroke="${colour}"/><line x1="${cx}" x2="${cx}" y1="${y(perSecond.least || 1)}" y2="${y(perSecond.greatest || 1)}" stroke="${colour}"/><circle cx="${cx}" cy="${cy}" r="${point.isOnFront ? 5 : 3}" fill="${point.isOnFront ? colour : '#ffffff'}" stroke="${colour}"/></g>\n`;
})}`;
}

function colourOf(variant: number): string {
  return COLOURS[variant % COLOURS.length] ?? '#000000';
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
