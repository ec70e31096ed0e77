import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GatesConfig } from '../../src/config/schema.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import type { Findings } from '../../src/parity/findings.ts';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import { runsOf } from '../../src/report/render/looks.ts';
import { renderScreen, SCREEN_LINES } from '../../src/report/screen/render-screen.ts';
import { retrieveScreen } from '../../src/report/screen/retrieve-screen.ts';
import type { Screen } from '../../src/report/screen/screen.ts';
import { type JudgedRun, judgeRun } from '../../src/retrieve/judge-run.ts';
import { expectGolden } from '../golden/expect-golden.ts';
import { HOSTILE } from './hostile.ts';

const RUNS = join(import.meta.dirname, '../golden/runs');
const WIDTHS = [80, 100, 160];
const WIDE: GatesConfig = {
  recall: { margin: 0.3 },
  ndcg: { margin: 0.3 },
  errors: { margin: 0.3 },
};

let pass: JudgedRun;
let drop: JudgedRun;
beforeAll(async () => {
  pass = await judgeRun(join(RUNS, 'pass'));
  drop = await judgeRun(join(RUNS, 'drop'));
});

function screenOf(run: JudgedRun, findings: Findings, gates?: GatesConfig): Screen {
  const verdict = gates === undefined ? run.verdict : evaluateGates(findings, gates);
  return retrieveScreen({
    findings,
    verdict,
    cells: run.cells(),
    run: 'runs/one',
    program: 'bench',
  });
}

/** An incumbent that loses half of its recall when it is asked again. */
function unsteady(findings: Findings): Findings {
  return {
    ...findings,
    cells: findings.cells.map((cell) => ({
      ...cell,
      quality: cell.quality.map((entry) => ({
        ...entry,
        noiseDifferences: entry.differences.map(() => -1),
      })),
    })),
  };
}

const SCREENS: Readonly<Record<string, () => Screen>> = {
  pass: () => screenOf(pass, pass.findings),
  fail: () => screenOf(drop, drop.findings),
  inconclusive: () => screenOf(pass, pass.findings, {}),
  'environment unfit': () => screenOf(pass, unsteady(pass.findings), WIDE),
  interrupted: () => screenOf(pass, { ...pass.findings, complete: false }, WIDE),
};

/** Escape sequences of colours alone. */
function withoutColor(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/\u001B\[\d+m/g, '');
}

describe.each(Object.entries(SCREENS))('the screen of %s', (name, make) => {
  it('is as the golden one at every width', async () => {
    const texts = WIDTHS.flatMap((width) =>
      [false, true].map((color) => {
        const shown = renderScreen(make(), { width, color });
        return `=== ${width} columns${color ? ', colour' : ''}\n${shown.replaceAll('\u001B', '\\e')}`;
      }),
    );
    await expectGolden(`screen/${name.replaceAll(' ', '-')}.txt`, texts.join(''));
  });

  it.each([80, 100, 160])('fits in %i columns and one screen', (width) => {
    const lines = renderScreen(make(), { width }).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(SCREEN_LINES);
    const whole = (line: string) => /^(Next|Report|\s+bench )/.test(line);
    for (const line of lines.filter((line) => !whole(line))) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('cuts no cause and no note within its sentence at 80 columns', () => {
    const words = (text: string) => text.replace(/\s+/g, ' ');
    const screen = make();
    const lines = renderScreen(screen, { width: 80 });
    for (const { title, lines: told } of screen.parts) {
      if (!lines.includes(`\n${String(title)}\n`)) continue;
      for (const line of told) {
        const text = runsOf(line, { color: false, ascii: false }).map((run) => run.text);
        expect(words(lines)).toContain(words(text.join('')).trim());
      }
    }
  });

  it('says the same without colour', () => {
    const colored = renderScreen(make(), { color: true });
    expect(withoutColor(colored)).toBe(renderScreen(make()));
  });

  it('is plain ASCII where a terminal shows no more', () => {
    expect(renderScreen(make(), { ascii: true })).toMatch(/^[\n\x20-\x7E]*$/);
  });

  it('says its state first, and names the way on', () => {
    const shown = renderScreen(make());
    expect(shown.split('\n')[0]).toContain(make().state.toUpperCase());
    expect(shown).toMatch(/^Next +bench /m);
  });
});

it('labels what was measured until an interrupt, and says how to go on', () => {
  const shown = renderScreen(screenOf(pass, { ...pass.findings, complete: false }, WIDE));
  expect(shown).toMatch(/^\? PARTIAL, INCONCLUSIVE: interrupted/);
  expect(shown).toContain('bench retrieve --resume runs/one');
  expect(shown).not.toContain('rescore');
});

it('says what an interrupt left to rescore', () => {
  const left = { ...pass.findings, complete: false, reference: [], referenceLeft: true as const };
  const shown = renderScreen(screenOf(pass, left, WIDE));
  expect(shown).toMatch(/^Left to bench rescore\n {2}\S/m);
  expect(shown).toMatch(/^ +bench rescore runs\/one$/m);
});

it('notes an unsteady side however many causes are told', () => {
  const causes = ['search', 'retrieve'].map((cell) => ({
    kind: 'cause' as const,
    text: `the answers of ${cell} differ by rows that the index does not find`,
  }));
  const note = { kind: 'unsteady' as const, text: 'two equal requests to the candidate differ' };
  const shown = renderScreen(
    retrieveScreen({
      findings: drop.findings,
      verdict: { ...drop.verdict, remarks: [...causes, note] },
      cells: drop.cells(),
      run: 'runs/one',
      program: 'bench',
    }),
    { width: 160 },
  );
  expect(shown).toContain(note.text);
});

describe('text from outside', () => {
  it.each(HOSTILE)('stays on its line: %#', (words) => {
    const screen = screenOf(drop, drop.findings);
    const claims = screen.claims.map((claim) => ({ ...claim, reason: words, name: words }));
    const parts = [{ title: 'Why', lines: [words, words], isOptional: false }];
    const shown = renderScreen({ ...screen, claims, parts, sentence: words }, { width: 80 });
    const lines = shown.split('\n');
    expect(lines.length).toBeLessThanOrEqual(SCREEN_LINES + 1);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2066]/);
  });

  it('keeps columns in line behind wide characters', () => {
    const screen = screenOf(pass, pass.findings);
    const named = screen.claims.map((claim, at) => ({
      ...claim,
      name: at % 2 === 0 ? '家族' : 'ab',
    }));
    const lines = renderScreen({ ...screen, claims: named }).split('\n');
    const margins = lines
      .filter((line) => /^[✓?] /.test(line) && line.includes('0.30'))
      .map((line) => displayWidth(line.slice(0, line.indexOf('0.30'))));
    expect(margins.length).toBeGreaterThan(2);
    expect(new Set(margins).size).toBe(1);
  });
});
