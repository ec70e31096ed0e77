import { wrapRuns } from '../../src/report/layout/wrap.ts';
import type { Io } from '../io.ts';

/**
 * A line within the width of the terminal: what does not fit goes on below, at the column `indent`. Through a pipe it
 * stays one line.
 */
export function wrappedLine(line: string, indent: number, io: Io): string {
  const { columns: width } = io;
  if (width === undefined || width < 2 * indent) return `${line}\n`;
  const [first = [], ...rest] = wrapRuns([{ text: line, look: null }], width);
  if (rest.length === 0) return `${line}\n`;
  const head = textOf(first);
  const below = wrapRuns(
    [{ text: line.slice(head.length).trimStart(), look: null }],
    width - indent,
  );
  return [head, ...below.map((part) => `${' '.repeat(indent)}${textOf(part)}`), ''].join('\n');
}

function textOf(line: readonly { readonly text: string }[]): string {
  return line.map(({ text }) => text).join('');
}
