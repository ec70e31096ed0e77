import { describe, expect, it } from 'vitest';
import { paragraph, reportOf, section } from '../../src/report/blocks.ts';
import { placedScale } from '../../src/report/charts/scales.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { checksPicture } from '../../src/report/picture/checks-picture.ts';
import { marginsPicture } from '../../src/report/picture/margins-picture.ts';
import type { LinesChart, Picture } from '../../src/report/picture/picture.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { renderTerminal } from '../../src/report/render/terminal.ts';
import { HOSTILE } from './hostile.ts';
import { strangersIn } from './markup.ts';

const LINES: LinesChart = {
  kind: 'lines',
  x: { title: 'offered requests a second', kind: 'linear', from: null, to: null },
  y: { title: 'ms', kind: 'logarithmic', from: null, to: null },
  lines: [
    {
      name: 'p99 of the candidate',
      of: 'candidate',
      isDashed: false,
      // Zero and infinity have no place on a logarithmic scale.
      points: [
        [50, 2],
        [100, 0],
        [200, Number.POSITIVE_INFINITY],
        [400, 90],
      ],
    },
  ],
  shade: {
    name: 'the floor',
    of: 'noise',
    isDashed: false,
    points: [
      [50, 1],
      [400, 1],
    ],
  },
  marks: [{ at: 400, label: 'the knee' }],
};

function documentWith(...pictures: readonly Picture[]): ReportDocument {
  return reportOf([section('one', 'One', [...pictures, paragraph('below')])]);
}

const lines: Picture = { kind: 'picture', title: 'Latency', caption: 'by rate', chart: LINES };

describe('a picture of lines', () => {
  const page = renderHtml(documentWith(lines));

  it('shows what has a place, the floor, the mark and a legend', () => {
    expect(page.match(/class="mark candidate"/g)).toHaveLength(3);
    expect(page).toContain('class="shade"');
    expect(page).toContain('the knee');
    expect(page).toContain('p99 of the candidate');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is drawn of nothing and of one value without a false number', () => {
    for (const points of [[], [[5, 3]] as const]) {
      const chart = {
        ...LINES,
        lines: LINES.lines.map((line) => ({ ...line, points })),
        shade: null,
      };
      const shown = renderHtml(documentWith({ ...lines, chart: { ...chart, marks: [] } }));
      expect(shown).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

it('counts checks of a group by what they came to, what does not hold last', () => {
  const { chart } = checksPicture('Checks', [
    { group: 'depth', state: 'different', tone: 'bad' },
    { group: 'depth', state: 'same', tone: 'good' },
    { group: 'edge', state: 'same', tone: 'good' },
    { group: 'depth', state: 'same', tone: 'good' },
  ]);
  expect(chart).toEqual({
    kind: 'parts',
    rows: [
      {
        name: 'depth',
        parts: [
          { name: 'same', tone: 'good', count: 2 },
          { name: 'different', tone: 'bad', count: 1 },
        ],
      },
      { name: 'edge', parts: [{ name: 'same', tone: 'good', count: 1 }] },
    ],
  });
});

it('puts gates in units of their margins and leaves out those without one', () => {
  const gate = { name: 'recall@10', state: 'pass', mean: -0.001, lower: -0.002, upper: 0.001 };
  const { chart } = marginsPicture('Quality', [
    { ...gate, margin: 0.01 },
    { ...gate, margin: null },
  ]);
  expect(chart).toMatchObject({
    rows: [{ name: 'recall@10', mean: -0.1, lower: -0.2, upper: 0.1 }],
  });
});

describe('other formats', () => {
  it.each([
    ['Markdown', renderMarkdown],
    ['the terminal', renderTerminal],
  ])('leave pictures out: %s', (_, render) => {
    expect(render(documentWith(lines))).toBe(render(documentWith()));
  });
});

it.each(HOSTILE)('text from outside stays text: %#', (words) => {
  const links: Picture = {
    kind: 'picture',
    title: 'Wire',
    caption: '',
    chart: {
      kind: 'links',
      groups: [
        { name: words, links: [{ incumbent: words, candidate: null, by: words, tone: 'bad' }] },
      ],
    },
  };
  const checks = checksPicture('Checks', [{ group: words, state: words, tone: 'good' }]);
  const gate = { name: words, state: words, margin: 1, mean: 0, lower: -1, upper: 1 };
  const page = renderHtml(documentWith(links, checks, marginsPicture('Gates', [gate])));
  expect(strangersIn(page)).toEqual([]);
});

it('one value alone stands in the middle of an axis with round numbers', () => {
  const scale = { title: 'requests a second', kind: 'linear', from: null, to: null } as const;
  const { axis } = placedScale(scale, [100]);
  expect(axis.domain).toEqual([50, 150]);
  expect(axis.ticks.map(({ label }) => label)).toContain('100');
  expect(axis.ticks.every(({ label }) => label.length <= 3)).toBe(true);
});
