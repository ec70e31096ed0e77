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
