import { lineWidth, type TextRun, widthsOf, wrapRuns } from '../layout/wrap.ts';
import { painted, type Runs, runsOf, type TextLook } from '../render/looks.ts';
import { MISSING } from '../spans.ts';
import { AXIS_SHARE, intervalBar } from './bar.ts';
import { cutLine, fitted, type ScreenPage } from './cut-line.ts';
import { markOf } from './marks.ts';
import type { ScreenClaim } from './screen.ts';

const BAR = { least: 11, greatest: 31 };
const INDENT: Runs = [{ text: '    ', look: 'plain' }];
const SPACE: Runs[number] = { text: ' ', look: 'plain' };

/** Claims in rows: name, difference, margin and a bar, with the reason of what does not pass below. */
export function claimLines(
  claims: readonly ScreenClaim[],
  room: number,
  page: ScreenPage,
): string[] {
  const shown = within(claims, room, page);
  if (shown.length === 0) return [];
  const inWords = shown.every(({ claim }) => claim.delta === null);
  const rows = shown.map(({ claim: { name, state, delta, margin } }) =>
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
    ...shown.flatMap(({ claim, reason }, at) => [
      rowLine(claim, rows[at] ?? [], { widths, bar, isRight: !inWords }, page),
      ...reason,
    ]),
    ...(rest.length === 0 ? [] : [quiet(`  and ${rest.length} more: ${countsOf(rest)}`, page)]),
  ];
}

/** Why a claim does not pass: a failure in up to two lines, since it names what was lost; others in one. */
function reasonLines({ reason, tone }: ScreenClaim, page: ScreenPage): string[] {
  if (reason === null) return [];
  const runs = runsOf(reason, page);
  const room = page.width - lineWidth(INDENT);
  // A word that is longer than a line is cut: it is no sentence.
  const isWrapped = tone === 'bad' && widthsOf(runs).word <= room;
  const [first = [], ...rest] = isWrapped ? wrapRuns(runs, room) : [runs];
  const second = rest.flatMap((line, at) => (at === 0 ? line : [SPACE, ...line]));
  return [first, ...(rest.length === 0 ? [] : [second])].map((line) =>
    cutLine([...INDENT, ...line], page),
  );
}

interface ShownClaim {
  readonly claim: ScreenClaim;
  readonly reason: readonly string[];
}

/** The first claims that fit beside the heading and the count of the others. */
function within(claims: readonly ScreenClaim[], room: number, page: ScreenPage): ShownClaim[] {
  const shown: ShownClaim[] = [];
  let used = 3;
  for (const claim of claims) {
    if (used >= room) break;
    const reason = reasonLines(claim, page);
    used += 1 + reason.length;
    if (used > room) break;
    shown.push({ claim, reason });
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
