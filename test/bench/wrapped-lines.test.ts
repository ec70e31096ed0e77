import { describe, expect, it } from 'vitest';
import { wrappedLine, wrappedWords } from '../../bench/printing/wrapped-lines.ts';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { bufferIo } from '../support/buffer-io.ts';

describe('a line of stderr', () => {
  const line =
    'bench: warning: the folder /a/path/that/is/longer/than/a/line/of/this/terminal is not there';

  it('goes on below between words, and a path stays whole', () => {
    expect(wrappedWords(`${line}\n  hint: make it\n`, 40)).toBe(
      [
        'bench: warning: the folder',
        '    /a/path/that/is/longer/than/a/line/of/this/terminal',
        '    is not there',
        '  hint: make it',
        '',
      ].join('\n'),
    );
  });

  it('is as it is through a pipe', () => {
    expect(wrappedWords(line, undefined)).toBe(line);
  });
});

describe('a line that is longer than the terminal is wide', () => {
  const line = '  fail         recall@1 of search: the loss is at least 0.5232';

  it('goes on below, behind what names it', () => {
    expect(wrappedLine(line, 15, { ...bufferIo(), columns: 40 })).toBe(
      ['  fail         recall@1 of search: the', '               loss is at least 0.5232', ''].join(
        '\n',
      ),
    );
  });

  it('is one line where it fits, and through a pipe', () => {
    expect(wrappedLine(line, 15, { ...bufferIo(), columns: 80 })).toBe(`${line}\n`);
    expect(wrappedLine(line, 15, bufferIo())).toBe(`${line}\n`);
  });

  it('is none of bench gate', async () => {
    const { out } = await runMain(['gate', 'drop'], { cwd: RUNS, columns: 80 });
    expect(out.length).toBeGreaterThan(500);
    expect(out.split('\n').filter((text) => text.length > 80)).toEqual([]);
  });
});
