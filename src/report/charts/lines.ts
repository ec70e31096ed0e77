import { type Html, html, NOTHING } from '../html/tag.ts';
import type { DrawnLine, LinesChart } from '../picture/picture.ts';
import { percentOn, placeOn } from './axis.ts';
import { axisLabels, gridLines, mark } from './figure.ts';
import { type PlacedScale, placedScale } from './scales.ts';

const HEIGHT = 240;
const EDGE = 10;

/** Lines with a mark at each value, over what is shaded and the places that are marked. */
export function linesChart({ x, y, lines, shade, marks }: LinesChart, says: string): Html {
  const all = [...lines, ...(shade === null ? [] : [shade])].flatMap(({ points }) => points);
  const across = placedScale(x, [...all.map(([at]) => at), ...marks.map(({ at }) => at)]);
  const up = placedScale(
    y,
    all.map(([, value]) => value),
  );
  const yOf = (at: number): number => (1 - placeOn(up.axis, at)) * (HEIGHT - 2 * EDGE) + EDGE;
  const placed = (line: DrawnLine) => placesOf(line, across, up);
  return html`<div class="plotbox lines"><div class="axistitle quiet">${up.axis.title}</div><svg class="plot" width="100%" height="${HEIGHT}" role="img" aria-label="${says}">${gridLines(across.axis)}${up.axis.ticks.map(({ at }) => html`<line class="grid" x1="0" x2="100%" y1="${round(yOf(at))}" y2="${round(yOf(at))}"/>`)}<svg width="100%" height="${HEIGHT}" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none">${shade === null ? NOTHING : shadeOf(placed(shade), across, yOf)}${lines.map(
    (line) =>
      html`<path class="curve ${line.of}${line.isDashed ? ' dashed' : ' whole'}" d="${pathOf(placed(line), across, yOf)}"/>`,
  )}</svg>${marks.map(({ at, label }, index) => {
    const place = percentOn(across.axis, across.at(at) ?? 0);
    const isRight = placeOn(across.axis, across.at(at) ?? 0) > 0.6;
    return html`<line class="ref margin" x1="${place}" x2="${place}" y1="0" y2="100%"/><text class="label over" x="${place}" dx="${isRight ? -5 : 5}" y="${HEIGHT - 6 - 14 * index}" text-anchor="${isRight ? 'end' : 'start'}">${label}</text>`;
  })}${lines.flatMap((line) =>
    placed(line).map(([at, value]) => mark(line.of, percentOn(across.axis, at), round(yOf(value)))),
  )}${up.axis.ticks.map(({ at, label }) => html`<text class="label over" x="0" dx="8" y="${round(yOf(at) - 3)}">${label}</text>`)}</svg>${axisLabels(across.axis)}</div>`;
}

type Places = readonly (readonly [x: number, y: number])[];

function placesOf({ points }: DrawnLine, across: PlacedScale, up: PlacedScale): Places {
  return points.flatMap(([x, y]): Places => {
    const [at, value] = [across.at(x), up.at(y)];
    return at === null || value === null ? [] : [[at, value]];
  });
}

function pathOf(places: Places, { axis }: PlacedScale, yOf: (value: number) => number): string {
  return places
    .map(
      ([x, y], index) =>
        `${index === 0 ? 'M' : 'L'}${(placeOn(axis, x) * 1000).toFixed(1)},${round(yOf(y))}`,
    )
    .join('');
}

/** What lies below a line, from edge to edge. */
function shadeOf(places: Places, across: PlacedScale, yOf: (value: number) => number): Html {
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return NOTHING;
  const body = pathOf(places, across, yOf).replace('M', 'L');
  return html`<path class="shade" d="M0,${HEIGHT}L0,${round(yOf(first[1]))}${body}L1000,${round(yOf(last[1]))}L1000,${HEIGHT}Z"/>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
