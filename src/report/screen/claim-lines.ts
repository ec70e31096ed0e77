import { lineWidth, type TextRun } from '../layout/wrap.ts';
import { painted, type Runs, runsOf, type TextLook } from '../render/looks.ts';
import { MISSING } from '../spans.ts';
import { AXIS_SHARE, intervalBar } from './bar.ts';
import { cutLine, fitted, type ScreenPage } from './cut-line.ts';
import { markOf } from './marks.ts';
import type { ScreenClaim } from './screen.ts';

const BAR = { least: 11, greatest: 31 };
const INDENT: Runs = [{ text: '    ', look: 'plain' }];

/** Claims in rows: name, difference, margin and a bar, with the reason of what does not pass below. */
export function claimLines(
  claims: readonly ScreenClaim[],
  room: number,
  page: ScreenPage,
): string[] {
  const shown = within(claims, room);
  if (shown.length === 0) return [];
  const inWords = shown.every(({ delta }) => delta === null);
  const rows = shown.map(({ name, state, delta, margin }) =>
    (inWords ? [name, state] : [name, delta ?? MISSING, margin ?? MISSING]).map((content) =>
      runsOf(content, page),
    ),
  );
  const widest = (at: number, least: number): number =>
    Math.max(least, ...rows.map((row) => lineWidth(row[at] ?? [])));
  const widths = inWords
    ? [Math.min(widest(0, 4), Math.floor(page.width * 0.7)), widest(1, 1)]
    : [Math.min(widest(0, 4), Math.floor(page.width * 0.4)), widest(1, 1), widest(2, 6)];
  const left = page.width - 2 - widths.reduce((sum, width) => sum + width + 2, 0);
  // An odd width has a middle; without room there is no bar.
  const bar =
    inWords || left < BAR.least ? 0 : Math.min(BAR.greatest, left - (left % 2 === 0 ? 1 : 0));
  const rest = claims.slice(shown.length);
  return [
    '',
    ...(inWords ? [] : [headingLine(widths, bar, page)]),
    ...shown.flatMap((claim, at) => [
      rowLine(claim, rows[at] ?? [], { widths, bar, isRight: !inWords }, page),
      ...(claim.reason === null ? [] : [cutLine([...INDENT, ...runsOf(claim.reason, page)], page)]),
    ]),
    ...(rest.length === 0 ? [] : [quiet(`  and ${rest.length} more: ${countsOf(rest)}`, page)]),
  ];
}

/** The first claims that fit beside the heading and the count of the others. */
function within(claims: readonly ScreenClaim[], room: number): ScreenClaim[] {
  const shown: ScreenClaim[] = [];
  let used = 3;
  for (const claim of claims) {
    used += claim.reason === null ? 1 : 2;
    if (used > room) break;
    shown.push(claim);
  }
  return shown;
}

interface RowLayout {
  readonly widths: readonly number[];
  /** Columns of the bar; 0: none. */
  readonly bar: number;
  /** Whether what follows the name is aligned to the right. */
  readonly isRight: boolean;
}

function rowLine(
  { tone, interval }: ScreenClaim,
  row: readonly Runs[],
  { widths, bar, isRight }: RowLayout,
  page: ScreenPage,
): string {
  const cells = row.flatMap((cell, at): readonly TextRun<TextLook>[] => [
    { text: at === 0 ? ' ' : '  ', look: 'plain' },
    ...fitted(cell, widths[at] ?? 0, isRight && at > 0, page),
  ]);
  const drawn = bar === 0 || interval === null ? '' : `  ${intervalBar(interval, bar, page)}`;
  const line: Runs = [
    { text: markOf(tone, page), look: tone },
    ...cells,
    { text: drawn, look: tone },
  ];
  return painted(line, page).trimEnd();
}

function headingLine(widths: readonly number[], bar: number, page: ScreenPage): string {
  const [name = 0, delta = 0, margin = 0] = widths;
  const words = [
    'gate'.padEnd(name),
    (page.ascii ? 'd' : 'Δ').padStart(delta),
    'margin'.padStart(margin),
    axisTitle(bar, page),
  ];
  return quiet(`  ${words.join('  ')}`.trimEnd(), page);
}

/** Where the margin and no difference lie, above the bars. */
function axisTitle(bar: number, { ascii }: ScreenPage): string {
  if (bar === 0) return '';
  const [margin, zero] = [AXIS_SHARE.margin, AXIS_SHARE.zero].map((share) =>
    Math.round(share * (bar - 1)),
  );
  const worse = ascii ? 'worse <' : 'worse ←';
  const before =
    worse.length <= (margin ?? 0) ? worse.padEnd(margin ?? 0) : ' '.repeat(margin ?? 0);
  return `${before}${(ascii ? ':' : '┊').padEnd((zero ?? 0) - (margin ?? 0))}0`;
}

function countsOf(claims: readonly ScreenClaim[]): string {
  const counts = new Map<string, number>();
  for (const { state } of claims) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

function quiet(text: string, page: ScreenPage): string {
  return painted([{ text, look: 'quiet' }], page);
}
