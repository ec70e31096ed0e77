import { describe, expect, it } from 'vitest';
import {
  left,
  list,
  looseList,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
  tableSection,
} from '../../src/report/blocks.ts';
import type { Content, ReportDocument } from '../../src/report/model.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import {
  BREAK,
  bounds,
  code,
  codeId,
  count,
  id,
  prose,
  strong,
  text,
} from '../../src/report/spans.ts';
import { documentWith, HOSTILE } from './hostile.ts';

function paragraphOf(content: Content): string {
  return renderMarkdown(reportOf([section('p', null, [paragraph(content)])])).trimEnd();
}

describe('a report as Markdown', () => {
  it('has a title, a mark where it is generated, sections and blocks, a blank line between', () => {
    const report: ReportDocument = reportOf(
      [
        section('first', 'First', [
          paragraph(['a ', strong('b'), ' ', code('c')]),
          list(['one', 'two']),
          looseList(['one', 'two']),
        ]),
        section(
          'second',
          ['Second, ', codeId('path', '/x')],
          [table([left('name'), right('n')], [row(['a'], [text('a'), count(1234)])])],
        ),
      ],
      { title: 'Title', generated: { from: 'x.jsonl', by: 'bench x' } },
    );
    expect(renderMarkdown(report)).toBe(
      [
        '# Title',
        '<!-- Generated from x.jsonl by `bench x`; do not edit. -->',
        '## First',
        'a **b** `c`',
        '- one\n- two',
        '- one\n\n- two',
        '## Second, `/x`',
        '| name |     n |\n| :--- | ----: |\n| a    | 1,234 |\n',
      ].join('\n\n'),
    );
  });

  it('says that nothing was measured where a table has no rows, unless notes say so', () => {
    const columns = [left('a')];
    const empty = tableSection('e', 'E', { columns, rows: [] });
    const told = tableSection('t', 'T', { columns, rows: [], notes: [paragraph('None.')] });
    expect(renderMarkdown(reportOf([empty]))).toBe('## E\n\n_nothing measured_\n');
    expect(renderMarkdown(reportOf([told]))).toBe('## T\n\nNone.\n');
  });

  it('breaks a cell into lines, and never a row', () => {
    const cell = [text('one\ntwo'), BREAK, bounds(0, 1)];
    const report = reportOf([section('t', null, [table([left('a')], [row(['r'], [cell])])])]);
    expect(renderMarkdown(report)).toContain('| one two<br>[0.0000, 1.0000] |');
  });
});

describe('text from outside in Markdown', () => {
  it.each(HOSTILE)('stays text: %j', (words) => {
    const markdown = renderMarkdown(documentWith(words));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(markdown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
    expect(markdown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF\u2028\u2029]|\p{Cs}/u);
    const outsideCode = markdown.replace(/(?<!`)(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<(?!br>)|(?<=[^\n])>/);
    expect(outsideCode).not.toMatch(/(?<!\\)\]\((?!%|[^)\s]*\)|https?:)/);
    expect(outsideCode).not.toMatch(/(?<!\\)\]\(\s*(javascript|data):/i);
    expect(outsideCode).not.toMatch(/(?<!\\)(?<!\*)\*(?!\*)/);
    expect(outsideCode).not.toMatch(/^ {4}/m);
    const headings = markdown.split('\n').filter((line) => /^#|^[=-]{2,}\s*$/.test(line));
    expect(headings).toHaveLength(2);
  });

  it.each(HOSTILE)('makes no rows, cells or items of its own: %j', (words) => {
    const lines = renderMarkdown(documentWith(words)).split('\n');
    const rows = lines.filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 10);
    for (const line of rows) expect(line.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
  });

  it('shows what hides or reorders text by its code, and leaves names of any script as they are', () => {
    expect(paragraphOf(text('a\u202Eb\u001B[1m'))).toBe('aU+202EbU+001B\\[1m');
    for (const name of [
      'Müller',
      '東京',
      'क्षि',
      'می\u200Cخواهم',
      'p95_ms',
      'recall@10',
      '{"a":1}',
    ]) {
      expect(paragraphOf(text(name))).toBe(name);
    }
  });

  it('is no link, unless it is an address that was asked', () => {
    const address = 'http://127.0.0.1:1/a_b';
    expect(paragraphOf(text(address))).toBe('http&#58;//127.0.0.1:1/a_b');
    expect(paragraphOf(id('url', address))).toBe(address);
    expect(paragraphOf({ kind: 'link', text: 'x', target: 'javascript:alert(1)' })).toBe(
      'x (javascript:alert(1))',
    );
    expect(paragraphOf({ kind: 'link', text: 'x', target: 'runs/a b/report.md' })).toBe(
      '[x](runs/a%20b/report.md)',
    );
  });

  it('is cut after a word, never within a character, and says so', () => {
    expect(paragraphOf(text('one two three four', 13))).toBe('one two…');
    expect(paragraphOf(text('one two three four', 14))).toBe('one two three…');
    expect(paragraphOf(text('👩‍👩‍👧‍👦'.repeat(9), 4))).toBe(`${'👩‍👩‍👧‍👦'.repeat(3)}…`);
    expect(paragraphOf(text('exactly', 7))).toBe('exactly');
  });

  it('in code has a longer fence than any run of backticks in it', () => {
    expect(paragraphOf(code('a`b``c'))).toBe('```a`b``c```');
    expect(paragraphOf(code('`a`'))).toBe('`` `a` ``');
  });

  it('put into a sentence is text, while its own words are not', () => {
    expect(paragraphOf(prose`${'*a*'} of ${count(1200)} <b>`)).toBe('\\*a\\* of 1,200 &lt;b&gt;');
  });
});
