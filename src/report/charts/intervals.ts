import { type Html, type HtmlValue, html, NOTHING } from '../html/tag.ts';
import { type Axis, percentOn, placeOn } from './axis.ts';
import { axisLabels, gridLines, mark } from './figure.ts';

/** An estimate with its interval; `kind` gives it shape and colour. */
export interface PlottedEstimate {
  readonly kind: string;
  readonly at: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface IntervalRow {
  readonly label: HtmlValue;
  readonly estimates: readonly PlottedEstimate[];
  /** What is written at the right of the row. */
  readonly note?: HtmlValue;
  /** What a reader hears of the picture. */
  readonly says: string;
}

/** Lines that rows are read against, e.g. a margin. */
export interface Reference {
  readonly kind: string;
  readonly at: number;
}

interface IntervalChart {
  readonly axis: Axis;
  readonly rows: readonly IntervalRow[];
  readonly references?: readonly Reference[];
  /** Whether a bar runs from zero to the estimate. */
  readonly bars?: boolean;
}

const LINE = 16;

/** Estimates with their intervals, a row each, over one axis: forest plots, dot plots and bars. */
export function intervalChart({ axis, rows, references = [], bars = false }: IntervalChart): Html {
  return html`<div class="intervals">${rows.map(({ label, estimates, note, says }) => {
    const height = Math.max(1, estimates.length) * LINE + 10;
    return html`<div class="row"><div class="name">${label}</div><svg class="plot" width="100%" height="${height}" role="img" aria-label="${says}">${gridLines(axis)}${references.map(
      ({ kind, at }) => {
        const x = percentOn(axis, at);
        return html`<line class="ref ${kind}" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
      },
    )}${estimates.map((estimate, index) => estimateMarks(axis, estimate, 13 + index * LINE, bars))}</svg><div class="note">${note ?? NOTHING}</div></div>`;
  })}<div class="row foot"><div class="name"></div>${axisLabels(axis)}<div class="note"></div></div></div>`;
}

function estimateMarks(
  axis: Axis,
  { kind, at, lower, upper }: PlottedEstimate,
  y: number,
  bars: boolean,
) {
  const parts: Html[] = [];
  if (bars && at !== null) {
    const [from, to] = [placeOn(axis, 0), placeOn(axis, at)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    const percent = (value: number): string => `${Number((value * 100).toFixed(2))}%`;
    parts.push(
      html`<rect class="bar ${kind}" x="${percent(from)}" width="${percent(to - from)}" y="${y - 5}" height="10"/>`,
    );
  }
  if (lower !== null && upper !== null) {
    const [x1, x2] = [percentOn(axis, lower), percentOn(axis, upper)];
    parts.push(html`<line class="interval ${kind}" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}"/>`);
    // Arrow heads say that an interval goes on beyond the axis.
    if (lower < axis.domain[0]) parts.push(arrow(kind, '0%', y, 'M6,-4L0,0L6,4'));
    if (upper > axis.domain[1]) parts.push(arrow(kind, '100%', y, 'M-6,-4L0,0L-6,4'));
  }
  const [least, greatest] = axis.domain;
  if (at !== null && (at < least || at > greatest)) {
    // Beyond the axis: an arrow instead of the mark.
    parts.push(
      arrow(kind, at < least ? '0%' : '100%', y, at < least ? 'M8,-5L0,0L8,5' : 'M-8,-5L0,0L-8,5'),
    );
  } else if (at !== null) parts.push(mark(kind, percentOn(axis, at), y));
  return parts;
}

function arrow(kind: string, x: string, y: number, path: string): Html {
  return html`<svg class="arrow ${kind}" x="${x}" y="${y}"><path d="${path}"/></svg>`;
}
