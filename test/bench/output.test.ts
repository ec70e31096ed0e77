import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';

async function compare(flags: readonly string[], overrides: Parameters<typeof runMain>[1] = {}) {
  const { code, out } = await runMain(['compare', 'pass', 'drop', ...flags], {
    cwd: RUNS,
    ...overrides,
  });
  expect(code).toBeLessThan(4);
  return out;
}

describe('the form of a report', () => {
  it('is Markdown, for a terminal where it is asked for, or JSON', async () => {
    expect(await compare([])).toMatch(/^# Two runs compared\n/);
    expect(await compare(['-o', 'terminal'])).toMatch(/^Two runs compared\n=+\n/);
    expect(await compare(['-o', 'json'])).toBe(await compare(['--json']));
    expect(JSON.parse(await compare(['--json']))).toHaveProperty('metrics');
  });

  it('has the width and the colours of the terminal, and none where it is none', async () => {
    const plain = await compare(['-o', 'terminal']);
    expect(stripVTControlCharacters(plain)).toBe(plain);
    const narrow = await compare(['-o', 'terminal', '--gate'], { columns: 60 });
    expect(stripVTControlCharacters(narrow)).not.toBe(narrow);
    const lines = stripVTControlCharacters(narrow).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    const grey = await compare(['-o', 'terminal', '--gate'], {
      columns: 60,
      env: { NO_COLOR: '1' },
    });
    expect(grey).toBe(stripVTControlCharacters(narrow));
  });

  it('is refused where nothing writes it', async () => {
    const { code, err } = await runMain(['compare', 'pass', 'drop', '-o', 'pdf'], { cwd: RUNS });
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are markdown, terminal, json');
  });
});
