import { plainLine } from '../../../plain-text.ts';
import { escapeMarkup } from '../../../report/escape.ts';
import type { RunRow } from '../results/rows.ts';
import { faultSummaries } from '../results/summary.ts';

const ROW = 18;
const LEFT = 190;
const WIDTH = 720;
const TOP = 44;
/** Decades of the axis: from 0.01% to 100%. */
const DECADES = [-4, -3, -2, -1, 0];

/** The smallest rate at which each planted fault is noticed, as an SVG that stands by itself. */
export function ratesPicture(runs: readonly RunRow[]): string {
  const rows = faultSummaries(runs)
    .flatMap(({ kind, corpus, smallestRate }) =>
      smallestRate === null ? [] : [{ name: nameOf(kind, corpus), rate: smallestRate }],
    )
    .toSorted((a, b) => a.rate - b.rate || (a.name < b.name ? -1 : 1));
  const height = TOP + rows.length * ROW + 34;
  const bottom = TOP + rows.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Smallest rate at which each planted fault is noticed</title>',
    '<style>text{font:12px system-ui,sans-serif;fill:#222}.quiet{fill:#666}.grid{stroke:#ddd}.bar{stroke:#0072b2;stroke-width:3}.dot{fill:#0072b2}@media(prefers-color-scheme:dark){text{fill:#eee}.quiet{fill:#aaa}.grid{stroke:#444}.bar{stroke:#56b4e9}.dot{fill:#56b4e9}}</style>',
    '<text x="0" y="16" font-weight="bold">Smallest rate that is noticed</text>',
    '<text class="quiet" x="0" y="32">further left is a fault that hits fewer requests or documents</text>',
    ...DECADES.map(
      (power) =>
        `<line class="grid" x1="${placeOf(10 ** power)}" x2="${placeOf(10 ** power)}" y1="${TOP - 4}" y2="${bottom}"/><text class="quiet" x="${placeOf(10 ** power)}" y="${bottom + 16}" text-anchor="middle">${percentage(10 ** power)}</text>`,
    ),
    ...rows.map(({ name, rate }, at) => {
      const y = TOP + at * ROW + ROW / 2;
      return `<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${escapeMarkup(plainLine(name))}</text><line class="bar" x1="${placeOf(rate)}" x2="${placeOf(1)}" y1="${y}" y2="${y}"/><circle class="dot" cx="${placeOf(rate)}" cy="${y}" r="5"/><text class="quiet" x="${placeOf(1) + 8}" y="${y + 4}">${percentage(rate)}</text>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function nameOf(kind: string, corpus: string): string {
  return corpus === 'workers-200' ? kind : `${kind} (${corpus})`;
}

function placeOf(rate: number): number {
  const share = (Math.log10(Math.max(1e-4, Math.min(1, rate))) + 4) / 4;
  return Number((LEFT + share * (WIDTH - LEFT - 60)).toFixed(1));
}

function percentage(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))}%`;
}
