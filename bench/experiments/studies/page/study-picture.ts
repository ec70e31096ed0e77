import { type Axis, linearAxis, placeOn } from '../../../../src/report/charts/axis.ts';
import { type Html, html } from '../../../../src/report/html/tag.ts';
import { isByBuild, type Study, type StudyCell, type StudyGroup } from '../record/study.ts';
import { type Figure, meanFigure, quantileFigure } from './figures.ts';

const [WIDTH, LEFT, RIGHT] = [760, 250, 90];
const [ROW, HEAD, FOOT] = [17, 30, 34];

/** A measure of a group: a row a setting over one axis. */
interface Panel {
  readonly title: string;
  readonly axis: Axis;
  /** Where a figure stands on the axis. */
  readonly scaled: (value: number) => number;
  readonly rows: readonly {
    readonly setting: string;
    readonly figure: Figure;
    readonly shown: string;
  }[];
}

/** The figures of a study with their intervals, a panel a group and measure, as one SVG file that stands by itself. */
export function studyPicture(study: Study): string {
  const panels = study.groups.flatMap((group) =>
    [...new Set(group.cells.map(({ measure }) => measure))].flatMap((measure) =>
      panelOf(
        group,
        measure,
        group.cells.filter((cell) => cell.measure === measure),
      ),
    ),
  );
  let top = 0;
  const drawn = panels.map((panel) => {
    const at = top;
    top += HEAD + panel.rows.length * ROW + FOOT;
    return drawnPanel(panel, at);
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-labelledby="title">
<title id="title">${study.title}</title>
<style>text{font:12px system-ui,sans-serif;fill:#222}.head{font-weight:bold}.quiet{fill:#666}.grid{stroke:#ddd}.interval{stroke:#0072b2;stroke-width:2}.dot{fill:#0072b2}@media(prefers-color-scheme:dark){text{fill:#eee}.quiet{fill:#aaa}.grid{stroke:#444}.interval{stroke:#56b4e9}.dot{fill:#56b4e9}}</style>
${drawn}</svg>
`.markup;
}

function panelOf(group: StudyGroup, measure: string, cells: readonly StudyCell[]): Panel[] {
  const [first] = cells;
  if (first === undefined || isByBuild(first)) return [];
  const isTime = first.unit === 'ms';
  const rows = cells.flatMap((cell) => {
    const figure = isTime ? quantileFigure(group, cell, 0.5) : meanFigure(cell);
    if (figure.value === null) return [];
    return [{ setting: cell.setting, figure, shown: figure.value.toFixed(isTime ? 3 : 4) }];
  });
  const ends = rows.flatMap(({ figure: { value, lower, upper } }) =>
    [value, lower, upper].filter((end) => end !== null),
  );
  if (ends.length === 0) return [];
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  if (isTime) {
    return [
      {
        title: `${group.name}: median ${measure}`,
        axis: timeAxis(least, greatest),
        scaled: Math.log10,
        rows,
      },
    ];
  }
  const room = Math.max(0.005, (greatest - least) * 0.05);
  const domain = [Math.max(0, least - room), Math.min(1, greatest + room)] as const;
  return [
    {
      title: `${group.name}: ${measure}`,
      axis: linearAxis(domain, 'mean, with its 95% interval'),
      scaled: (value) => value,
      rows,
    },
  ];
}

/** A logarithmic axis of milliseconds; its places are powers of ten. */
function timeAxis(least: number, greatest: number): Axis {
  const marks = Array.from({ length: 9 }, (_, decade) =>
    [1, 2, 5].map((factor) => factor * 10 ** (decade - 4)),
  ).flat();
  const below = marks.findLast((mark) => mark <= least) ?? least;
  const above = marks.find((mark) => mark >= greatest) ?? greatest;
  return {
    domain: [Math.log10(below), Math.log10(above)],
    title: 'milliseconds, each tenfold as wide as the one before, with the 95% interval',
    ticks: marks
      .filter((mark) => mark >= below && mark <= above)
      .map((mark) => ({ at: Math.log10(mark), label: String(Number(mark.toPrecision(1))) })),
  };
}

function drawnPanel({ title, axis, scaled, rows }: Panel, top: number): Html {
  const xOf = (value: number): number =>
    Number((LEFT + placeOn(axis, value) * (WIDTH - LEFT - RIGHT)).toFixed(1));
  const first = top + HEAD;
  const bottom = first + rows.length * ROW;
  const ticks = axis.ticks.map(({ at, label }) => {
    const x = xOf(at);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${first}" y2="${bottom}"/><text class="quiet" x="${x}" y="${bottom + 13}" text-anchor="middle">${label}</text>\n`;
  });
  const marks = rows.map(({ setting, figure: { value, lower, upper }, shown }, at) => {
    const y = first + at * ROW + ROW / 2;
    const [x, from, to] = [value, lower ?? value, upper ?? value].map((end) =>
      xOf(scaled(end ?? 0)),
    ) as [number, number, number];
    return html`<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${setting}</text><line class="interval" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle class="dot" cx="${x}" cy="${y}" r="4"/><text class="quiet" x="${WIDTH - RIGHT + 10}" y="${y + 4}">${shown}</text>\n`;
  });
  return html`<text class="head" x="0" y="${top + 18}">${title}</text>
${ticks}${marks}<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 26}" text-anchor="middle">${axis.title}</text>
`;
}
