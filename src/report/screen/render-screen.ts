import { reportOf, section } from '../blocks.ts';
import { lineWidth, runsText, wrapRuns } from '../layout/wrap.ts';
import type { Content } from '../model.ts';
import { painted, type Runs, runsOf } from '../render/looks.ts';
import { renderTerminal, type TerminalOptions } from '../render/terminal.ts';
import { joined, spansOf } from '../spans.ts';
import { claimLines } from './claim-lines.ts';
import { hangingLines, type ScreenPage } from './cut-line.ts';
import { markOf } from './marks.ts';
import type { Screen, ScreenPart } from './screen.ts';

/** Lines that a screen has at most, from 80 columns on. */
export const SCREEN_LINES = 40;
const NARROWEST = 40;
const WIDEST = 120;
const HEAD_LINES = 5;
/** Lines that claims are given before what is optional is left out. */
const CLAIM_LINES = 12;
/** Lines that one line of a part may go on over. */
const PART_LINES = 4;
const GAP_LINES = 2;
const INDENT = 2;
const TITLE = 14;

/**
 * A screen as lines of at most the width: where there is no room, claims are counted and optional parts left out.
 */
export function renderScreen(
  screen: Screen,
  { width = 100, color = false, ascii = false }: TerminalOptions = {},
): string {
  const page = { width: Math.min(WIDEST, Math.max(NARROWEST, width)), color, ascii };
  const head = headLines(screen, page);
  const tail = tailLines(screen, page);
  const claims = claimLines(screen.claims, Number.POSITIVE_INFINITY, page).length;
  const fixed = head.length + tail.length + Math.min(CLAIM_LINES, claims);
  const parts = partsWithin(
    screen.parts.map((part) => ({
      isOptional: part.isOptional,
      lines: ['', ...partLines(part, page)],
    })),
    SCREEN_LINES - fixed,
  ).flatMap(({ lines }) => lines);
  const lines = [
    ...head,
    ...claimLines(screen.claims, SCREEN_LINES - head.length - tail.length - parts.length, page),
    ...parts,
    ...tail,
  ];
  return `${lines.join('\n')}\n`;
}

/** A part as it is shown, with an empty line before it. */
interface LaidOut extends Pick<ScreenPart, 'isOptional'> {
  readonly lines: readonly string[];
}

/** The parts that must be shown, and of the others those that have room beside them. */
function partsWithin(parts: readonly LaidOut[], most: number): LaidOut[] {
  let room = most;
  for (const { isOptional, lines } of parts) if (!isOptional) room -= lines.length;
  return parts.filter(({ isOptional, lines }) => {
    if (!isOptional) return true;
    if (lines.length > room) return false;
    room -= lines.length;
    return true;
  });
}

function headLines({ state, tone, isPartial, sentence }: Screen, page: ScreenPage): string[] {
  const word = `${isPartial ? 'PARTIAL, ' : ''}${state.toUpperCase()}`;
  const until = isPartial ? 'interrupted; what was measured until then says: ' : '';
  const runs: Runs = [
    {
      text: `${markOf(tone, page)} ${word}`,
      look: tone === 'neutral' ? 'strong' : tone,
    },
    { text: `: ${until}`, look: 'plain' },
    ...runsOf(sentence, page),
  ];
  const lines = wrapRuns(runs, page.width);
  return lines.slice(0, HEAD_LINES).map((line) => painted(line, page).trimEnd());
}

function partLines({ title, lines, table }: ScreenPart, page: ScreenPage): string[] {
  const heading = runsOf(title, page).map(({ text }): Runs[number] => ({ text, look: 'strong' }));
  const shown =
    table === undefined
      ? []
      : renderTerminal(reportOf([section('table', null, [table])]), page)
          .trimEnd()
          .split('\n');
  return [
    ...(lineWidth(heading) === 0 ? [] : hangingLines(heading, { hang: INDENT, most: 1 }, page)),
    ...lines.flatMap((line) => itemLines(line, page)),
    ...shown,
  ];
}

/** One line of a part; what goes on below is indented further than it. */
function itemLines(line: Content, page: ScreenPage): string[] {
  const runs: Runs = [{ text: ' '.repeat(INDENT), look: 'plain' }, ...runsOf(line, page)];
  const before = /^ */.exec(runsText(runs))?.[0].length ?? 0;
  return hangingLines(runs, { hang: before + INDENT, most: PART_LINES }, page);
}

/** What was not verified: as many as have room, and how many others there are. */
function gapLines(gaps: readonly Content[], page: ScreenPage): string[] {
  const of = (shown: number): Runs => {
    const more = gaps.length - shown;
    const named = [...spansOf(joined(gaps.slice(0, shown))), more === 0 ? '' : ` and ${more} more`];
    return titled('Not verified', named, page);
  };
  let shown = gaps.length;
  while (shown > 1 && wrapRuns(of(shown), page.width, { hang: TITLE }).length > GAP_LINES) shown--;
  return hangingLines(of(shown), { hang: TITLE, most: GAP_LINES }, page);
}

function titled(title: string, content: Content, page: ScreenPage): Runs {
  return [{ text: title.padEnd(TITLE), look: 'quiet' }, ...runsOf(content, page)];
}

function tailLines({ notVerified, next, report }: Screen, page: ScreenPage): string[] {
  // Commands and paths are to be copied: they are not cut.
  const copied = (title: string, code: string): string =>
    painted(titled(title, { kind: 'code', text: code }, page), page);
  const lines = [
    ...(notVerified.length === 0 ? [] : gapLines(notVerified, page)),
    ...next.map((command, at) => copied(at === 0 ? 'Next' : '', command)),
    ...(report === null ? [] : [copied('Report', report)]),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
