import { reportOf, section } from '../blocks.ts';
import { wrapRuns } from '../layout/wrap.ts';
import type { Content } from '../model.ts';
import { painted, type Runs, runsOf } from '../render/looks.ts';
import { renderTerminal, type TerminalOptions } from '../render/terminal.ts';
import { claimLines } from './claim-lines.ts';
import { cutLine, type ScreenPage } from './cut-line.ts';
import { markOf } from './marks.ts';
import type { Screen, ScreenPart } from './screen.ts';

/** Lines that a screen has at most, from 80 columns on. */
export const SCREEN_LINES = 40;
const NARROWEST = 40;
const WIDEST = 120;
const HEAD_LINES = 5;
/** Lines that claims are given before what is optional is left out. */
const CLAIM_LINES = 12;
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
  const claims = screen.claims.reduce((sum, { reason }) => sum + (reason === null ? 1 : 2), 3);
  const fixed = head.length + tail.length + Math.min(CLAIM_LINES, claims);
  const parts = screen.parts.filter(
    (part, at) =>
      !part.isOptional ||
      fixed +
        heightOf(
          screen.parts.filter((other, index) => index <= at || !other.isOptional),
          page,
        ) <=
        SCREEN_LINES,
  );
  const lines = [
    ...head,
    ...claimLines(
      screen.claims,
      SCREEN_LINES - head.length - tail.length - heightOf(parts, page),
      page,
    ),
    ...parts.flatMap((part) => ['', ...partLines(part, page)]),
    ...tail,
  ];
  return `${lines.join('\n')}\n`;
}

function heightOf(parts: readonly ScreenPart[], page: ScreenPage): number {
  return parts.reduce((sum, part) => sum + partLines(part, page).length + 1, 0);
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
    cutLine(heading, page),
    ...lines.map((line) => cutLine([{ text: '  ', look: 'plain' }, ...runsOf(line, page)], page)),
    ...shown,
  ];
}

function tailLines({ notVerified, next, report }: Screen, page: ScreenPage): string[] {
  const titled = (title: string, content: Content): string =>
    cutLine([{ text: title.padEnd(TITLE), look: 'quiet' }, ...runsOf(content, page)], page);
  const lines = [
    ...(notVerified === null ? [] : [titled('Not verified', notVerified)]),
    // Commands and paths are to be copied: they are not cut.
    ...next.map((command, at) =>
      painted(
        [
          { text: (at === 0 ? 'Next' : '').padEnd(TITLE), look: 'quiet' },
          ...runsOf({ kind: 'code', text: command }, page),
        ],
        page,
      ),
    ),
    ...(report === null
      ? []
      : [
          painted(
            [
              { text: 'Report'.padEnd(TITLE), look: 'quiet' },
              ...runsOf({ kind: 'code', text: report }, page),
            ],
            page,
          ),
        ]),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
