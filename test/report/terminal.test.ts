import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  beside,
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../src/report/blocks.ts';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import type { Column, ReportDocument, Row } from '../../src/report/model.ts';
import { renderTerminal, type TerminalOptions } from '../../src/report/render/terminal.ts';
import {
  bounds,
  code,
  count,
  difference,
  metric,
  state,
  strong,
  text,
} from '../../src/report/spans.ts';
import { documentWith, HOSTILE } from './hostile.ts';
import { reportOfRun, storedRun } from './stored-report.ts';

const ESCAPE = '\u001B';

function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  options: TerminalOptions = {},
): string[] {
  const report = reportOf([section('t', null, [table(columns, rows)])]);
  return renderTerminal(report, options).trimEnd().split('\n');
}

describe.each([80, 100, 160])('a stored run in a terminal of %d columns', (width) => {
  let report: ReportDocument;
  let shown: string;

  beforeAll(async () => {
    report = reportOfRun(await storedRun());
    shown = renderTerminal(report, { width });
  });

  it('has no line that is wider', () => {
    const wide = shown.split('\n').filter((line) => displayWidth(line) > width);
    expect(wide).toEqual([]);
  });

  it('breaks no word and no figure', () => {
    const whole = renderTerminal(report, { width: 100_000 });
    const words = new Set(shown.split(/\s+/).filter((word) => !/^[─=]+$/.test(word)));
    const known = new Set(whole.split(/\s+/));
    expect([...words].filter((word) => !known.has(word))).toEqual([]);
  });

  it('has no marks of Markdown, no escapes of it and no colours', () => {
    expect(shown).not.toMatch(/\*\*|^#|^\||\\[_[\]*`|]|&\w+;/m);
    expect(shown).not.toContain(ESCAPE);
  });

  it('says the same in colours', () => {
    const colored = renderTerminal(report, { width, color: true });
    expect(colored).toContain(`${ESCAPE}[31mfail${ESCAPE}[0m`);
    expect(stripVTControlCharacters(colored)).toBe(shown);
  });

  it('says it in ASCII where a terminal knows nothing else', () => {
    const ascii = renderTerminal(report, { width, ascii: true });
    expect(ascii).toMatch(/^[\n\x20-\x7E]*$/);
    expect(ascii).not.toMatch(/U\+[0-9A-F]{4}/);
    expect(ascii.split('\n').filter((line) => line.length > width)).toEqual([]);
  });
});

describe('a table in a terminal', () => {
  const rows = [
    row(['a'], [text('short'), count(5), difference(-0.25, 2)]),
    row(['b'], [text('東京 👩‍👩‍👧‍👦 e\u0301'), count(12345), difference(0.5, 2)]),
  ];
  const columns = [key(left('name')), right('n'), right('Δ', 'difference')];

  it('aligns numbers to the right, and text by the columns that it takes', () => {
    expect(tableLines(columns, rows)).toEqual([
      'name            n      Δ',
      '─────────  ──────  ─────',
      'short           5  −0.25',
      '東京 👩‍👩‍👧‍👦 e\u0301  12,345  +0.50',
    ]);
  });

  it('wraps text where that is enough', () => {
    const words = 'a reason of many words that takes more than a line of this terminal';
    const lines = tableLines(
      [key(left('gate')), right('n'), left('why')],
      [row(['g'], [text('recall'), count(7), text(words)])],
      { width: 50 },
    );
    expect(lines.slice(2)).toEqual([
      'recall  7  a reason of many words that takes more',
      '           than a line of this terminal',
    ]);
  });

  it('is shown in parts where it is too wide, each with what names the rows', () => {
    const wide = [
      key(left('metric')),
      right('incumbent'),
      beside(left('95% bounds', 'incumbent-bounds')),
      right('candidate'),
      beside(left('95% bounds', 'candidate-bounds')),
    ];
    const cells = [text('recall@10'), metric(0.5), bounds(0, 1), metric(0.25), bounds(0, 1)];
    expect(tableLines(wide, [row(['r'], cells)], { width: 50 })).toEqual([
      'metric     incumbent  95% bounds',
      '─────────  ─────────  ────────────────',
      'recall@10     0.5000  [0.0000, 1.0000]',
      '',
      'metric     candidate  95% bounds',
      '─────────  ─────────  ────────────────',
      'recall@10     0.2500  [0.0000, 1.0000]',
    ]);
  });

  it('is a line for each cell where no part of it fits', () => {
    const lines = tableLines(
      [key(left('name of a long heading')), right('another_heading')],
      [row(['r'], [text('a name'), count(7)])],
      { width: 20 },
    );
    expect(lines).toEqual(['name of a long', '  heading: a name', 'another_heading: 7']);
  });
});

describe('text from outside in a terminal', () => {
  it.each(HOSTILE)('is shown and never interpreted: %j', (words) => {
    for (const width of [80, 160]) {
      const shown = renderTerminal(documentWith(words), { width });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
      expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF\u2028\u2029]|\p{Cs}/u);
      const wide = shown.split('\n').filter((line) => displayWidth(line) > width);
      expect(wide).toEqual([]);
    }
  });

  it('has colours of the suite alone, and each ends on its line', () => {
    const shown = renderTerminal(documentWith(`${ESCAPE}[5m blink`), { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such characters
    const codes = shown.match(/\u001B\[\d*m/g) ?? [];
    expect(new Set(codes)).toEqual(new Set([`${ESCAPE}[1m`, `${ESCAPE}[0m`]));
    for (const line of shown.split('\n')) {
      expect(line.split(`${ESCAPE}[0m`).length).toBe(line.split(`${ESCAPE}[1m`).length);
    }
  });

  it('keeps its signs where they mean nothing, without escapes', () => {
    const words = 'a_b *c* [d](e) <f> & `g` | h';
    const shown = renderTerminal(reportOf([section('p', null, [paragraph(text(words))])]));
    expect(shown).toBe(`${words}\n`);
  });

  it('is broken within a word only where that is longer than a line', () => {
    const report = reportOf([
      section('p', null, [
        paragraph([text('ab '), code('x'.repeat(45)), strong(state('fail')), ' end']),
      ]),
    ]);
    expect(renderTerminal(report, { width: 20 }).split('\n')).toEqual([
      'ab',
      'x'.repeat(20),
      'x'.repeat(20),
      'xxxxxfail end',
      '',
    ]);
  });
});

it('counts columns by characters as people see them', () => {
  const widths = ['abc', '東京', 'é', 'e\u0301', '한', 'ﾊ', 'Ａ', '👍🏽', '🇩🇪', '1️⃣', '−Δ–', ''].map(
    displayWidth,
  );
  expect(widths).toEqual([3, 4, 1, 1, 2, 1, 2, 2, 2, 2, 3, 0]);
});
