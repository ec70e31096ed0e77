import { lineWidth, type TextRun, wrapRuns } from '../layout/wrap.ts';
import { painted, type Runs, type TextLook } from '../render/looks.ts';

/** How a screen is laid out. */
export interface ScreenPage {
  readonly width: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

type TextLine = readonly TextRun<TextLook>[];

/** A cell of a table, cut or filled to its width. */
export function fitted(runs: Runs, width: number, isRight: boolean, page: ScreenPage): TextLine {
  if (width <= 0) return [];
  const line = cutRuns(runs, width, page);
  const room = Math.max(0, width - lineWidth(line));
  const space: TextRun<TextLook> = { text: ' '.repeat(room), look: 'plain' };
  return isRight ? [space, ...line] : [...line, space];
}

/** How a text goes on below its first line. */
interface Hanging {
  /** Columns that the lines below are indented by. */
  readonly hang: number;
  /** Lines that it may take; what has no room is left out at the end of a word, and the cut is marked. */
  readonly most: number;
}

/** A text on lines of at most the width of the page. */
export function hangingLines(runs: Runs, { hang, most }: Hanging, page: ScreenPage): string[] {
  const flat = onOneLine(runs);
  const lines = wrapRuns(flat, page.width, { hang });
  const shown = lines.slice(0, most);
  if (lines.length > most) {
    const rest = lines.slice(most - 1).flatMap((line, at) => (at === 0 ? line : [SPACE, ...line]));
    shown[most - 1] = cutRuns(rest, page.width - (most === 1 ? 0 : hang), page);
  }
  return shown.map((line, at) =>
    `${' '.repeat(at === 0 ? 0 : hang)}${painted(line, page)}`.trimEnd(),
  );
}

const SPACE: TextRun<TextLook> = { text: ' ', look: 'plain' };

function onOneLine(runs: Runs): TextLine {
  return runs.map(({ text, look }) => ({ text: text.replaceAll('\n', ' '), look }));
}

function cutRuns(runs: Runs, width: number, { ascii }: ScreenPage): TextLine {
  const flat = onOneLine(runs);
  if (lineWidth(flat) <= width) return flat;
  const mark = ascii ? '...' : '…';
  const room = Math.max(1, width - mark.length);
  const [first = []] = wrapRuns(flat, room);
  const isShort = lineWidth(first) < room / 2;
  return [...(isShort ? hardCut(flat, room) : first), { text: mark, look: 'plain' }];
}

/** The first columns of a line, cut within a word. */
function hardCut(runs: Runs, width: number): TextLine {
  const solid = runs.map(({ text, look }) => ({ text: text.replaceAll(' ', '\u00A0'), look }));
  const [first = []] = wrapRuns(solid, width);
  return first.map(({ text, look }) => ({ text: text.replaceAll('\u00A0', ' '), look }));
}
