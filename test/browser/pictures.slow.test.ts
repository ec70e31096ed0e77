import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, section } from '../../src/report/blocks.ts';
import { checksPicture } from '../../src/report/picture/checks-picture.ts';
import { marginsPicture } from '../../src/report/picture/margins-picture.ts';
import type { Picture } from '../../src/report/picture/picture.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { HAS_CHROMIUM, openFile, SCREENS, seriousFindings, startBrowser } from './browser.ts';

const LONG = 'results[].metadata.a_field_with_a_long_name_that_nobody_can_break_into_lines';
const SHOTS = process.env.SCREENSHOTS ?? '';

const scale = (title: string, kind: 'linear' | 'logarithmic') => ({
  title,
  kind,
  from: null,
  to: null,
});
const LINES: Picture = {
  kind: 'picture',
  title: 'Response time by offered rate',
  caption: 'p99',
  chart: {
    kind: 'lines',
    x: scale('offered requests a second', 'linear'),
    y: scale('ms', 'logarithmic'),
    lines: (['incumbent', 'candidate'] as const).map((of, at) => ({
      name: `p99 of the ${of}`,
      of,
      isDashed: at === 1,
      points: [50, 100, 200, 400].map((rate) => [rate, (at + 1) * rate ** 1.2] as const),
    })),
    shade: {
      name: 'the floor',
      of: 'noise',
      isDashed: false,
      points: [
        [50, 60],
        [400, 90],
      ],
    },
    marks: [
      { at: 200, label: 'knee of the incumbent' },
      { at: 400, label: 'knee of the candidate' },
    ],
  },
};
const WIRE: Picture = {
  kind: 'picture',
  title: 'The two wire forms',
  caption: '',
  chart: {
    kind: 'links',
    groups: [
      {
        name: 'search, success',
        links: [
          { incumbent: LONG, candidate: 'results[].id', by: 'rename', tone: 'neutral' },
          { incumbent: null, candidate: LONG, by: 'added', tone: 'neutral' },
          { incumbent: 'score', candidate: null, by: 'missing', tone: 'bad' },
        ],
      },
    ],
  },
};
const gate = { state: 'pass', margin: 0.01, mean: 0, lower: -0.004, upper: 0.003 };

const why = HAS_CHROMIUM ? '' : ' (skipped: no Chromium at /usr/bin/chromium)';

describe.skipIf(!HAS_CHROMIUM)(`a page of pictures in a browser${why}`, () => {
  let browser: Browser;
  let folder = '';
  let file = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pictures-'));
    file = join(folder, 'report.html');
    const checks = checksPicture('Checks', [
      { group: 'depth', state: 'same', tone: 'good' },
      { group: 'depth', state: 'different', tone: 'bad' },
      { group: LONG, state: 'unanswered', tone: 'unsure' },
    ]);
    const margins = marginsPicture('Quality', [
      { ...gate, name: 'recall@10' },
      { ...gate, name: LONG, state: 'fail', mean: -0.08, lower: -0.09, upper: -0.07 },
    ]);
    await writeFile(
      file,
      renderHtml(reportOf([section('all', 'All', [LINES, WIRE, checks, margins])])),
    );
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(SCREENS)(
    'fits $width px in $colorScheme, asks for nothing, and axe finds nothing serious',
    async ({ width, colorScheme }) => {
      const viewport = { width, height: 900 };
      const { page, problems } = await openFile(browser, file, { viewport, colorScheme });
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wide).toBe(0);
      if (SHOTS !== '') {
        await mkdir(SHOTS, { recursive: true });
        const path = join(SHOTS, `pictures-${width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      expect(await seriousFindings(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});
