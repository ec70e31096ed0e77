import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import { wrapRuns } from '../../src/report/layout/wrap.ts';
import { toAscii } from '../../src/report/render/ascii.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import { renderScreen } from '../../src/report/screen/render-screen.ts';
import type { Screen } from '../../src/report/screen/screen.ts';
import { reportsOfKinds } from './reports-of-kinds.ts';

const WORDS = Array.from({ length: 40 }, (_, at) => `word${at}`);
const SCREEN: Screen = {
  state: 'fail',
  tone: 'bad',
  isPartial: false,
  sentence: 'the candidate fails.',
  claims: [],
  parts: [],
  notVerified: [],
  next: [],
  report: null,
};

function shown(parts: Partial<Screen>, width = 80): string[] {
  return renderScreen({ ...SCREEN, ...parts }, { width })
    .trimEnd()
    .split('\n');
}

/** Words that lines hold; a mark of a cut stands alone. */
const wordsIn = (lines: readonly string[]) => lines.join(' ').trim().split(/ +/);

describe('a long line of a screen', () => {
  it('goes on below at its indent, whole', () => {
    const lines = shown({
      parts: [{ title: 'Why', lines: [WORDS.join(' ')], isOptional: false }],
    }).slice(3);
    expect(lines.length).toBeGreaterThan(2);
    expect(wordsIn(lines)).toEqual(WORDS);
    for (const [at, line] of lines.entries()) {
      expect(line).toMatch(at === 0 ? /^ {2}\S/ : /^ {4}\S/);
      expect(displayWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  it('that says why a claim is open ends with a whole word, and a mark where it was cut', () => {
    const claim = { state: 'inconclusive', tone: 'unsure', name: 'gate', delta: null } as const;
    const reason = WORDS.join(' ');
    const lines = shown({ claims: [{ ...claim, margin: null, interval: null, reason }] }).slice(3);
    expect(lines).toHaveLength(2);
    const words = wordsIn(lines);
    expect(words.at(-1)).toMatch(/^word\d+…$/);
    expect(words.map((word) => word.replace('…', ''))).toEqual(WORDS.slice(0, words.length));
  });

  it('that several claims have is said once, of each', () => {
    const claim = { state: 'inconclusive', tone: 'unsure', delta: null } as const;
    const none = { margin: null, interval: null };
    const claims = [...'abcd'].map((name) => ({
      ...claim,
      ...none,
      name,
      reason: name === 'd' ? 'too slow' : 'too few requests',
    }));
    expect(shown({ claims }).slice(2)).toEqual([
      '? a     inconclusive',
      '? b     inconclusive',
      '? c     inconclusive',
      '    each: too few requests',
      '? d     inconclusive',
      '    too slow',
    ]);
  });

  it('of what was not verified names whole things, and counts the others', () => {
    const gaps = Array.from({ length: 30 }, (_, at) => `slices of ${at}`);
    const lines = shown({ notVerified: gaps }).slice(2);
    expect(lines).toHaveLength(2);
    const said = lines.map((line) => line.slice(14)).join(' ');
    const [, more = ''] = / and (\d+) more$/.exec(said) ?? [];
    const named = said.replace(/ and \d+ more$/, '').split(', ');
    expect(named).toEqual(gaps.slice(0, named.length));
    expect(named.length + Number(more)).toBe(30);
  });
});

it('claims in words have what was measured of them, in line', () => {
  const { shadow } = reportsOfKinds('x');
  const screen = shadow && documentScreen(shadow, { run: 'runs/one', program: 'bench', next: [] });
  if (!screen) expect.fail('there is no screen');
  const lines = renderScreen(screen, { width: 80 }).split('\n');
  expect(lines).toContain('✕ slow      fail  −0.0900 of margin 0.02, 900 needs');
  expect(lines).toContain('✓ contract  pass  +0.0004 of margin 0.02, 900 needs');
});

it('a word that is longer than a line is broken at both widths', () => {
  const lines = wrapRuns([{ text: `    ${'x'.repeat(25)} end`, look: null }], 10, { hang: 4 });
  expect(lines.map((line) => line.map(({ text }) => text).join(''))).toEqual([
    '    xxxxxx',
    'xxxxxx',
    'xxxxxx',
    'xxxxxx',
    'x end',
  ]);
});

describe('a report of what was measured until an interrupt', () => {
  const { sweep } = reportsOfKinds('hnsw://index');
  if (sweep?.verdict == null) throw new Error('a sweep says something');
  const partial = { ...sweep, verdict: { ...sweep.verdict, isPartial: true } };

  it('is labelled so on the screen and on the page', () => {
    const screen = documentScreen(partial, { run: 'runs/one', program: 'bench', next: [] });
    if (screen === null) expect.fail('there is no screen');
    expect(renderScreen(screen)).toMatch(/^· PARTIAL, INFORMATIONAL: interrupted; /);
    expect(renderHtml(partial)).toContain('<strong>Partial: interrupted');
    expect(renderHtml(sweep)).not.toContain('Partial');
  });
});

it('a page is dark on screens alone: paper is light', () => {
  const { shadow } = reportsOfKinds('x');
  const page = shadow === undefined ? '' : renderHtml(shadow);
  expect(page).toContain('@media screen and (prefers-color-scheme:dark)');
  expect(page).not.toMatch(/@media \(prefers-color-scheme:dark\)/);
});

it.each(['look 1 at α = 0.025', 'worse ← 0', 'about ≈ 3'])(
  'has plain words for the signs of %s',
  (text) => {
    expect(toAscii(text)).not.toMatch(/U\+|[^\x20-\x7E]/);
  },
);
