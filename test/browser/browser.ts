import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Where Debian puts it. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a browser to test with. */
const HAS_CHROMIUM = existsSync(CHROMIUM);
/** Screenshots are kept where this names a folder. */
const SHOTS = process.env.SCREENSHOTS ?? '';

/** Starts Chromium without a screen, and without a network beyond this machine. */
function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
}

/** A page with what went wrong in it: console errors, exceptions, requests for anything but itself. */
interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** A page under test. */
interface PageUnderTest {
  /** What its screenshots are called. */
  readonly name: string;
  /** Makes it, as HTML. */
  readonly html: () => string | Promise<string>;
  /** Brings it into the state in which it is looked at; absent: as it opens. */
  readonly before?: (page: Page) => Promise<void>;
}

/** Opens the page under test as a reader would, from disk. */
type OpenPage = (options?: BrowserContextOptions) => Promise<WatchedPage>;

/**
 * Looks at a page in every width and theme, and runs `further` tests of it. Where there is no browser they are
 * skipped, and their names say why.
 */
export function describePage(
  { name, html, before }: PageUnderTest,
  further: (open: OpenPage) => void = () => {},
): void {
  const why = HAS_CHROMIUM
    ? ''
    : ` (skipped: no Chromium at ${CHROMIUM}; apt-get install chromium)`;
  describe.skipIf(!HAS_CHROMIUM)(`the page ${name} in a browser${why}`, () => {
    let browser: Browser;
    let folder = '';
    const open: OpenPage = (options) => openFile(browser, join(folder, 'report.html'), options);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'page-'));
      await writeFile(join(folder, 'report.html'), await html());
      browser = await startBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(SCREENS)(
      'fits $width px in $colorScheme, asks for nothing, and axe finds nothing serious',
      async ({ width, colorScheme }) => {
        const { page, problems } = await open({ viewport: { width, height: 900 }, colorScheme });
        await before?.(page);
        const wide = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(wide).toBe(0);
        expect(await page.evaluate(COVERED_TITLES)).toBe(0);
        if (SHOTS !== '') {
          await mkdir(SHOTS, { recursive: true });
          const path = join(SHOTS, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });
        }
        expect(await seriousFindings(page)).toEqual([]);
        expect(problems).toEqual([]);
        await page.context().close();
      },
      60_000,
    );

    further(open);
  });
}

async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== `file://${file}` && !request.url().startsWith('data:')) {
      problems.push(`asked for ${request.url()}`);
    }
  });
  await page.goto(`file://${file}`);
  return { page, problems };
}

/** Counts the titles of axes that lie over the labels of their ticks. */
const COVERED_TITLES = `[...document.querySelectorAll('svg.axis')].filter((axis) => {
  const title = axis.querySelector('.title')?.getBoundingClientRect();
  return [...axis.querySelectorAll('.label')].some((label) => {
    const { bottom, height } = label.getBoundingClientRect();
    return height > 0 && title !== undefined && title.height > 0 && title.top < bottom - 2;
  });
}).length`;

/** Widths and themes that every page is looked at in. */
const SCREENS = [400, 1280, 3840].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** Serious and critical findings of axe, a line each; the browser is told to run it, past the policy of the page. */
async function seriousFindings(page: Page): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
    violations: {
      id: string;
      impact: string;
      nodes: { html: string; failureSummary?: string }[];
    }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`)
          .join(' | ')}`,
    );
}
