import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/render/html.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import { renderScreen, SCREEN_LINES } from '../../src/report/screen/render-screen.ts';
import { HOSTILE } from './hostile.ts';
import { strangersIn } from './markup.ts';
import { reportsOfKinds } from './reports-of-kinds.ts';

/** Pictures that the page of each kind has. */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  sweep: ['Recall against requests a second'],
  shadow: [
    'Mean differences in units of the margin',
    'Requests by window',
    'Requests that were seen',
  ],
  replay: [
    'How the requests ended',
    'Response time',
    'Response time of the candidate over the incumbent',
  ],
  'equal recall': ['recall@10 at the efforts that were found'],
  candidates: ['Candidate − incumbent', 'Latency, candidate over incumbent'],
};

describe.each(Object.entries(reportsOfKinds('hnsw://index')))(
  'the page of a %s',
  (kind, report) => {
    const page = renderHtml(report);

    it('has its pictures, each with something drawn', () => {
      const figures = page.match(/<figure>.*?<\/figure>/gs) ?? [];
      const titles = figures.map((figure) => /<strong>(.*?)<\/strong>/.exec(figure)?.[1]);
      expect(titles).toEqual(PICTURES[kind]);
      for (const figure of figures) {
        expect(figure).toMatch(/class="(mark|bar|curve|interval) /);
      }
    });

    it('holds no number that is none', () => {
      expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    });
  },
);

it('marks what was asked for: the recall of a sweep, the window that failed', () => {
  const { sweep, shadow } = reportsOfKinds('x');
  expect(sweep === undefined ? '' : renderHtml(sweep)).toMatch(/class="ref margin".*?0\.9</s);
  expect(shadow === undefined ? '' : renderHtml(shadow)).toMatch(/class="ref margin".*?slow</s);
});

it.each(HOSTILE)('names from outside stay text on every page: %#', (words) => {
  for (const report of Object.values(reportsOfKinds(words))) {
    expect(strangersIn(renderHtml(report))).toEqual([]);
  }
});

it.each([80, 100, 160])('those that answer fit one screen of %i columns', (width) => {
  for (const report of Object.values(reportsOfKinds('hnsw://index'))) {
    const screen = documentScreen(report, { run: 'runs/one', program: 'bench', next: [] });
    if (screen === null) continue;
    const lines = renderScreen(screen, { width }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(SCREEN_LINES + 1);
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  }
});
