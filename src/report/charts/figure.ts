import { type Html, type HtmlValue, html, NOTHING } from '../html/tag.ts';
import { type Axis, percentOn } from './axis.ts';

const SHAPES: Readonly<Record<string, string>> = {
  candidate: 'M0,-6L6,0L0,6L-6,0Z',
  noise: 'M-4,-4H4V4H-4Z',
  good: 'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0',
  bad: 'M0,-6L6,0L0,6L-6,0Z',
  unsure: 'M0,-6L6,5H-6Z',
  'series-2': 'M0,-6L6,0L0,6L-6,0Z',
  'series-3': 'M-4,-4H4V4H-4Z',
  'series-4': 'M0,-6L6,5H-6Z',
  'series-5': 'M0,6L6,-5H-6Z',
  'series-6': 'M-1.8,-5.5H1.8V-1.8H5.5V1.8H1.8V5.5H-1.8V1.8H-5.5V-1.8H-1.8Z',
};

/** A chart with its caption, and the numbers behind it for those who want them. */
export function chartFigure(
  { title, caption, data }: { title: string; caption?: HtmlValue; data?: Html },
  chart: HtmlValue,
): Html {
  return html`<figure><figcaption><strong>${title}</strong>${caption === undefined ? NOTHING : html` <span class="quiet">${caption}</span>`}</figcaption>${chart}${
    data === undefined
      ? NOTHING
      : html`<details class="data"><summary>Data</summary>${data}</details>`
  }</figure>`;
}

/** A table of plain values. */
export function dataTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="data"><table><thead><tr>${headings.map(
    (heading) => html`<th scope="col">${heading}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell) => html`<td class="${typeof cell === 'number' ? 'right' : 'left'}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** Lines of an axis over the whole height. */
export function gridLines(axis: Axis): readonly Html[] {
  return axis.ticks.map(({ at }) => {
    const x = percentOn(axis, at);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  });
}

/** The labels of an axis and its title, below a plot. */
export function axisLabels(axis: Axis): Html {
  const last = axis.ticks.length - 1;
  return html`<svg class="axis" width="100%" height="2.3rem" aria-hidden="true">${axis.ticks.map(
    ({ at, label }, index) => {
      const x = percentOn(axis, at);
      const minor = last > 3 && index % 2 === 1 ? ' minor' : '';
      return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="4"/><text class="label${minor}" x="${x}" y="1.05rem" text-anchor="middle">${label}</text>`;
    },
  )}<text class="title" x="50%" y="2.05rem" text-anchor="middle">${axis.title}</text></svg>`;
}

/** What the marks of a chart mean. */
export function legend(entries: readonly (readonly [string, string])[]): Html {
  return html`<ul class="legend">${entries.map(
    ([kind, label]) =>
      html`<li><svg width="16" height="16" aria-hidden="true">${mark(kind, '50%', 8)}</svg>${label}</li>`,
  )}</ul>`;
}

/** The marks of the two sides. */
export const SIDES_LEGEND: Html = legend([
  ['incumbent', 'incumbent'],
  ['candidate', 'candidate'],
]);

/** The mark of a kind at a place: a shape of its own as well as a colour of its own. */
export function mark(kind: string, x: string, y: number): Html {
  const shape = SHAPES[kind] ?? 'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0';
  return html`<svg class="mark ${kind}" x="${x}" y="${y}"><path d="${shape}"/></svg>`;
}
