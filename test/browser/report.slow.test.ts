import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import { describePage } from './browser.ts';

describePage(
  {
    name: 'of a run',
    html: async () => (await judgeRun(join(import.meta.dirname, '../golden/runs/drop'))).page(),
    before: async (page) => {
      await page.click('#worst');
      await page.locator('#query-list details[open] .lists').waitFor();
    },
  },
  (openPage) => {
    it('leads from the verdict to the evidence of a query by clicks, and the address keeps the view', async () => {
      const { page, problems } = await openPage();
      expect(await page.locator('h1').innerText()).toContain('Fail');
      await page.click('#worst');
      const open = page.locator('#query-list details[open]');
      await expect
        .poll(() => open.locator('.lists h4').allInnerTexts())
        .toEqual(['exact', 'incumbent', 'candidate']);
      expect(await open.innerText()).toContain('What moved, and why');
      await page.selectOption('#f-cell', 'search');
      await page.selectOption('#f-cause', 'membership');
      await page.fill('#f-text', 'paralegal');
      const matches = await page.locator('#matches').innerText();
      expect(matches).toMatch(/^[1-9]\d* of 27 queries$/);
      await page.locator('#query-list summary').first().click();
      const address = page.url();
      expect(address).toContain('#queries?');
      const other = await page.context().newPage();
      await other.goto(address);
      expect(await other.locator('#matches').innerText()).toBe(matches);
      expect(await other.locator('#query-list details[open]').innerText()).toBe(
        await open.innerText(),
      );
      expect(problems).toEqual([]);
      await page.context().close();
    });

    it('leads there by the keyboard alone', async () => {
      const { page } = await openPage();
      await tabTo(page, 'worst');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#query-list details[open]').count()).toBe(1);
      // The query that was opened has the focus; Enter closes it and opens it again.
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#query-list details[open]').count()).toBe(0);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#query-list details[open]').count()).toBe(1);
      await page.context().close();
    });

    it('opens the table that a gate rests on', async () => {
      const { page } = await openPage();
      const table = page.locator('#s-census table');
      expect(await table.isVisible()).toBe(false);
      await page.click('.told a[href="#s-census"]');
      await table.waitFor({ state: 'visible' });
      await page.context().close();
    });

    it('answers without scripts', async () => {
      const { page, problems } = await openPage({ javaScriptEnabled: false });
      expect(await page.locator('h1').innerText()).toContain('Fail');
      expect(await page.locator('#browser').isVisible()).toBe(false);
      const query = page.locator('#static details.query').first();
      await query.locator('summary').click();
      expect(await query.locator('table').innerText()).toContain('membership');
      expect(problems).toEqual([]);
      await page.context().close();
    });
  },
);

/** Presses Tab until the element of an id has the focus. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement?.id')) === id) return;
  }
  throw new Error('60 times Tab did not lead there');
}
