import { lineWidth, runsText, type TextRun } from '../layout/wrap.ts';
import { painted, type Runs, runsOf, type TextLook } from '../render/looks.ts';
import { MISSING } from '../spans.ts';
import { AXIS_SHARE, intervalBar } from './bar.ts';
import { fitted, hangingLines, type ScreenPage } from './cut-line.ts';
import { markOf } from './marks.ts';
import type { ScreenClaim } from './screen.ts';

const BAR = { least: 11, greatest: 31 };
const INDENT = 4;
/** Fewer columns hold no figure. */
const LEAST_FIGURES = 6;
/** Lines of the reason of a claim: a failure names what was lost. */
const REASON_LINES = { bad: 3, other: 2 };

/** Claims in rows: name, difference, margin and a bar, with the reason of what does not pass below. */
export function claimLines(
  claims: readonly ScreenClaim[],
  room: number,
  page: ScreenPage,
): string[] {
  const shown = within(claims, room, page);
  if (shown.length === 0) return [];
  const inWords = shown.every(({ claim }) => claim.delta === null);
  const rows = shown.map(({ claim: { name, state, delta, margin, figures = '' } }) =>
    (inWords ? [name, state, figures] : [name, delta ?? MISSING, margin ?? MISSING]).map(
      (content) => runsOf(content, page),
    ),
  );
  const widest = (at: number, least: number): number =>
    Math.max(least, ...rows.map((row) => lineWidth(row[at] ?? [])));
  const widths = inWords
    ? wordWidths([widest(0, 4), widest(1, 1), widest(2, 0)], page)
    : figureWidths([widest(0, 4), widest(1, 1), widest(2, 6)], page);
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

/** Why claims do not pass, said once of those that follow each other. */
function reasonLines(of: readonly ScreenClaim[], page: ScreenPage): string[] {
  const [first] = of;
  if (first === undefined || first.reason === null) return [];
  const most = first.tone === 'bad' ? REASON_LINES.bad : REASON_LINES.other;
  const indent = `${' '.repeat(INDENT)}${of.length > 1 ? 'each: ' : ''}`;
  const runs: Runs = [{ text: indent, look: 'plain' }, ...runsOf(first.reason, page)];
  return hangingLines(runs, { hang: INDENT, most }, page);
}

/** Where not all of a row fits, names are cut first, down to two fifths of a line. */
function wordWidths([name, state, figures]: [number, number, number], page: ScreenPage): number[] {
  const room = page.width - 6 - state;
  const named = Math.min(name, Math.max(room - figures, Math.floor(page.width * 0.4)));
  const left = Math.min(figures, room - named);
  return [named, state, left < LEAST_FIGURES ? 0 : left];
}

/** Names are cut only where a bar of the least width has no room beside them otherwise. */
function figureWidths([name, delta, margin]: [number, number, number], page: ScreenPage): number[] {
  const room = page.width - delta - margin - BAR.least - 8;
  return [Math.min(name, Math.max(room, Math.floor(page.width * 0.4))), delta, margin];
}

interface ShownClaim {
  readonly claim: ScreenClaim;
  readonly reason: readonly string[];
}

/** The first claims that fit beside the heading and the count of the others. */
function within(claims: readonly ScreenClaim[], room: number, page: ScreenPage): ShownClaim[] {
  const shown: ShownClaim[] = [];
  let used = 3;
  for (const alike of byReason(claims, page)) {
    const reason = reasonLines(alike, page);
    const fitting = alike.slice(0, Math.max(0, room - used - reason.length));
    shown.push(
      ...fitting.map((claim, at) => ({ claim, reason: at === fitting.length - 1 ? reason : [] })),
    );
    used += fitting.length + reason.length;
    if (fitting.length < alike.length) break;
  }
  return shown;
}

/** Claims in their order; those that follow each other for the same reason are together. */
function byReason(claims: readonly ScreenClaim[], page: ScreenPage): ScreenClaim[][] {
  const groups: { readonly reason: string | null; readonly claims: ScreenClaim[] }[] = [];
  for (const claim of claims) {
    const reason =
      claim.reason === null ? null : `${claim.tone} ${runsText(runsOf(claim.reason, page))}`;
    const last = groups.at(-1);
    if (last !== undefined && reason !== null && last.reason === reason) last.claims.push(claim);
    else groups.push({ reason, claims: [claim] });
  }
  return groups.map(({ claims: alike }) => alike);
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
  const drawn = bar === 0 || interval === null ? '' : intervalBar(interval, bar, page);
  const line: Runs = [
    { text: markOf(tone, page), look: tone },
    ...cells,
    ...(drawn === '' ? [] : [{ text: `  ${drawn}`, look: tone }]),
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
