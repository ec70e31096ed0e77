import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
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
  it('is one screen, all tables for a terminal or as Markdown where they are asked for, or JSON', async () => {
    expect(await compare([])).toMatch(/^· INFORMATIONAL: /);
    expect(await compare([])).toBe(await compare(['-o', 'terminal']));
    expect(await compare(['-o', 'markdown'])).toMatch(/^# Two runs compared\n/);
    expect(await compare(['--full'])).toMatch(/^Two runs compared\n=+\n/);
    expect(await compare(['-o', 'json'])).toBe(await compare(['--json']));
    expect(JSON.parse(await compare(['--json']))).toHaveProperty('metrics');
  });

  it('has the width and the colours of the terminal, and none where it is none', async () => {
    const plain = await compare(['--full']);
    expect(stripVTControlCharacters(plain)).toBe(plain);
    const narrow = await compare(['--full', '--gate'], { columns: 60 });
    expect(stripVTControlCharacters(narrow)).not.toBe(narrow);
    const lines = stripVTControlCharacters(narrow).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    const grey = await compare(['--full', '--gate'], {
      columns: 60,
      env: { NO_COLOR: '1' },
    });
    expect(grey).toBe(stripVTControlCharacters(narrow));
  });

  it('goes into a file by its ending, with the screen beside', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'output-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'two.md');
    expect(await compare(['-o', file], { columns: 80 })).toContain('INFORMATIONAL');
    expect(await readFile(file, 'utf8')).toMatch(/^# Two runs compared\n/);
  });

  it.each([
    [{ NO_COLOR: '1' }, 80, false],
    [{ TERM: 'dumb' }, 80, false],
    [{}, undefined, false],
    [{ FORCE_COLOR: '1' }, undefined, true],
    [{ FORCE_COLOR: '0' }, 80, false],
    [{}, 80, true],
  ])('is coloured as %j on %s columns says', async (env, columns, expected) => {
    const shown = await compare([], { env, columns });
    expect(stripVTControlCharacters(shown) !== shown).toBe(expected);
  });

  it('is refused where nothing writes it', async () => {
    const { code, err } = await runMain(['compare', 'pass', 'drop', '-o', 'pdf'], { cwd: RUNS });
    expect(code).toBe(2);
    expect(err).toContain('write terminal, markdown, json, html, or a file');
  });
});
