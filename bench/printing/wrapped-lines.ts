import { displayWidth } from '../../src/report/layout/display-width.ts';
import { wrapRuns } from '../../src/report/layout/wrap.ts';
import type { Io } from '../io.ts';

/**
 * A line within the width of the terminal: what does not fit goes on below, at the column `indent`. Through a pipe it
 * stays one line.
 */
export function wrappedLine(line: string, indent: number, io: Io): string {
  const { columns: width } = io;
  if (width === undefined || width < 2 * indent) return `${line}\n`;
  return wrapRuns([{ text: line, look: null }], width, indent)
    .map((part, at) => `${' '.repeat(at === 0 ? 0 : indent)}${textOf(part)}\n`)
    .join('');
}

function textOf(line: readonly { readonly text: string }[]): string {
  return line.map(({ text }) => text).join('');
}

/**
 * Lines of at most `columns`, as stderr shows them: what does not fit goes on below, further in. A word that is longer
 * than a line stays whole, so that a path can be copied.
 */
export function wrappedWords(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < 4 * HANG) return text;
  return text
    .split('\n')
    .map((line) => brokenAtSpaces(line, columns))
    .join('\n');
}

const HANG = 4;

function brokenAtSpaces(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  const [indent = ''] = /^ */.exec(line) ?? [];
  const next = `\n${indent}${' '.repeat(HANG)}`;
  let shown = '';
  let used = 0;
  for (const word of line.trimStart().split(' ')) {
    const width = displayWidth(word);
    const isFirst = shown === '';
    const isBelow = !isFirst && used + 1 + width > columns;
    shown += isFirst ? `${indent}${word}` : `${isBelow ? next : ' '}${word}`;
    used = isFirst ? indent.length + width : isBelow ? next.length - 1 + width : used + 1 + width;
  }
  return shown;
}
