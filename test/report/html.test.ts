import { describe, expect, it } from 'vitest';
import { paragraph, reportOf, section } from '../../src/report/blocks.ts';
import { html } from '../../src/report/html/tag.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { documentWith, HOSTILE } from './hostile.ts';
import { strangersIn } from './markup.ts';
import { reportOfRun, storedRun } from './stored-report.ts';

describe('markup', () => {
  it('shows every value as text', () => {
    expect(html`<a title="${'"><script>'}">${'<b>&'}</a>`.markup).toBe(
      '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</a>',
    );
  });

  it('joins lists and leaves out nothing', () => {
    expect(html`${[html`<i>1</i>`, 2, null, "'"]}`.markup).toBe('<i>1</i>2&#39;');
  });
});

describe('a report as HTML', () => {
  it.each(HOSTILE.map((words) => [JSON.stringify(words).slice(0, 60), words]))(
    'shows %s as text, wherever it stands',
    (_name, words) => {
      expect(strangersIn(renderHtml(documentWith(words)))).toEqual([]);
    },
  );

  it('follows no link to a script', () => {
    const link = (target: string) =>
      renderHtml(reportOf([section('a', 'A', [paragraph({ kind: 'link', text: 'go', target })])]));
    for (const target of [
      'javascript:alert(1)',
      'JAVASCRIPT:x',
      'data:text/html,x',
      '//evil.example',
      'java\nscript:alert(1)',
      '\u0001javascript:alert(1)',
      '/\\evil.example',
    ]) {
      expect(link(target)).not.toMatch(/<a href="(?!#)/);
    }
    expect(link('runs/report.md')).toContain('<a href="runs/report.md"');
    expect(link('https://example.org/')).toContain('<a href="https://example.org/"');
  });

  it('allows no script where it needs none', async () => {
    const page = renderHtml(reportOfRun(await storedRun()));
    expect(page).toContain("script-src 'none'");
    expect(page).not.toContain('<script');
    expect(strangersIn(page)).toEqual([]);
  });
});
