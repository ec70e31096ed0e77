import { displayWidth } from '../../src/report/layout/display-width.ts';
import { type Line, runsText, wrapRuns } from '../../src/report/layout/wrap.ts';
import type { Io } from '../io.ts';

/**
 * A line within the width of the terminal: what does not fit goes on below, at the column `indent`. Through a pipe it
 * stays one line.
 */
export function wrappedLine(line: string, indent: number, io: Io): string {
  const { columns: width } = io;
  if (width === undefined || width < 2 * indent) return `${line}\n`;
  return `${hanging(wrapRuns([{ text: line, look: null }], width, { hang: indent }), indent)}\n`;
}

/**
 * Lines of at most `columns`, as stderr shows them: what does not fit goes on below, further in. A word that is longer
 * than a line stays whole, so that a path can be copied.
 */
export function wrappedWords(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < 4 * HANG) return text;
  return text
    .split('\n')
    .map((line) => wordsBelow(line, columns))
    .join('\n');
}

const HANG = 4;

function wordsBelow(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  const hang = HANG + (/^ */.exec(line)?.[0].length ?? 0);
  return hanging(wrapRuns([{ text: line, look: null }], columns, { hang, isWhole: true }), hang);
}

function hanging(lines: readonly Line<unknown>[], hang: number): string {
  return lines.map(runsText).join(`\n${' '.repeat(hang)}`);
}
