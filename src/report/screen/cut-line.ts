import { displayWidth } from '../layout/display-width.ts';
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
  const line = cutRuns(runs, width, page);
  const room = Math.max(0, width - lineWidth(line));
  const space: TextRun<TextLook> = { text: ' '.repeat(room), look: 'plain' };
  return isRight ? [space, ...line] : [...line, space];
}

/** One line of at most the width of the page; a cut is marked. */
export function cutLine(runs: Runs, page: ScreenPage): string {
  return painted(cutRuns(runs, page.width, page), page).trimEnd();
}

function cutRuns(runs: Runs, width: number, { ascii }: ScreenPage): TextLine {
  const flat = runs.map(({ text, look }) => ({ text: text.replaceAll('\n', ' '), look }));
  if (lineWidth(flat) <= width) return flat;
  const mark = ascii ? '...' : '…';
  const room = Math.max(1, width - mark.length);
  const [first = []] = wrapRuns(flat, room);
  const isShort = displayWidth(first.map(({ text }) => text).join('')) < room / 2;
  return [...(isShort ? hardCut(flat, room) : first), { text: mark, look: 'plain' }];
}

/** The first columns of a line, cut within a word. */
function hardCut(runs: Runs, width: number): TextLine {
  const solid = runs.map(({ text, look }) => ({ text: text.replaceAll(' ', '\u00A0'), look }));
  const [first = []] = wrapRuns(solid, width);
  return first.map(({ text, look }) => ({ text: text.replaceAll('\u00A0', ' '), look }));
}
