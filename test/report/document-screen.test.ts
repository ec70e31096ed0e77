import { describe, expect, it } from 'vitest';
import { key, left, reportOf, right, row, section, table } from '../../src/report/blocks.ts';
import type { ReportDocument, RowKind, Tone } from '../../src/report/model.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import { renderScreen, SCREEN_LINES } from '../../src/report/screen/render-screen.ts';
import { count, state, strong } from '../../src/report/spans.ts';
import { reportsOfKinds } from './reports-of-kinds.ts';

const WORDS = { run: 'runs/one', program: 'bench', next: ['rescore runs/one'] };

function reported(rows: readonly (readonly [string, string, Tone])[], kind: RowKind = 'check') {
  const checks = table(
    [key(left('check')), left('answer'), left('why')],
    rows.map(([name, word, tone]) =>
      row([name], [name, state(word, tone), `because of ${name}`], { kind }),
    ),
  );
  const figures = table([key(left('rate')), right('p50')], [row(['100'], ['100', count(7)])]);
  return reportOf([section('checks', 'Checks', [checks]), section('speed', 'Speed', [figures])], {
    title: 'A job',
    verdict: { state: 'fail', tone: 'bad', sentence: '1 of 3 checks fails.' },
  });
}

function shown(report: ReportDocument): string {
  const screen = documentScreen(report, WORDS);
  return screen === null ? '' : renderScreen(screen, { width: 80 });
}

describe('the screen of a report of any kind', () => {
  it('has what does not hold first, with its reason, and the figures', () => {
    const text = shown(
      reported([
        ['up', 'same', 'good'],
        ['down', 'different', 'bad'],
        ['odd', 'unanswered', 'unsure'],
      ]),
    );
    expect(text).toBe(
      [
        '✕ FAIL: 1 of 3 checks fails.',
        '',
        '✕ down  different',
        '    because of down',
        '? odd   unanswered',
        '    because of odd',
        '✓ up    same',
        '',
        'Speed',
        'rate  p50',
        '────  ───',
        '100     7',
        '',
        'Next          bench rescore runs/one',
        '              bench report runs/one --full',
        'Report        runs/one/report.html',
        '',
      ].join('\n'),
    );
  });

  it('has claims whose state is set apart, and none that decide nothing', () => {
    const columns = [key(left('gate')), left('answer')];
    const rows = [
      row(['p95'], ['p95', strong(state('fail'))], { kind: 'gate' }),
      row(['p50'], ['p50', state('fail')], { kind: 'gate', isAdvisory: true }),
    ];
    const text = shown({
      ...reported([]),
      sections: [section('gates', 'Gates', [table(columns, rows)])],
    });
    expect(text).toMatch(/^✕ p95 +fail$/m);
    expect(text).not.toContain('p50');
  });

  it('counts what it has no room for', () => {
    const many = Array.from({ length: 90 }, (_, at) => [`c${at}`, 'same', 'good'] as const);
    const text = shown(reported(many));
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(SCREEN_LINES);
    expect(text).toMatch(/and \d+ more: \d+ same/);
  });

  it('is none where nothing is judged', () => {
    expect(documentScreen({ ...reported([]), verdict: null }, WORDS)).toBeNull();
  });
});

it('tells the targets of a sweep apart, however long the name of the backend is', () => {
  const { sweep } = reportsOfKinds('hnswlib '.repeat(20));
  expect(sweep === undefined ? '' : shown(sweep)).toMatch(
    /^✓ 1, m 8: recall@10 ≥ 0\.9 +reached +0\.9920 at ef 40, 1500\/s$/m,
  );
});

it('numbers several candidates as its tables do', () => {
  const { candidates } = reportsOfKinds('hnsw://index');
  const text = candidates === undefined ? '' : shown(candidates);
  expect(text).toMatch(/^✓ 1: hnsw:\/\/index +pass$/m);
  expect(text).toMatch(/^✓ 2: hnsw:\/\/index +pass$/m);
});
