/** Columns of a terminal that a column of a table needs: its widest line, and its longest word. */
export interface ColumnNeed {
  readonly body: { readonly natural: number; readonly word: number };
  readonly heading: { readonly natural: number; readonly word: number };
  /** Whether it names the rows. */
  readonly isKey: boolean;
  /** Whether it stays beside the column before it. */
  readonly isBeside: boolean;
}

/** Columns of one part of a table, by position, with their widths. */
export type TablePart = readonly { readonly column: number; readonly width: number }[];

/** Text in a narrower column is hard to read, unless all of it is shorter. */
const READABLE = 24;
/** A longer word is broken rather than given a column of its length. */
const LONGEST_WORD = 40;

/**
 * Lays out columns on lines of `width`, with `gap` between them. Text is wrapped where that is enough; otherwise
 * the table is shown in parts that all begin with the columns that name the rows. Null where not even one column
 * fits beside those.
 */
export function layOut(
  needs: readonly ColumnNeed[],
  width: number,
  gap: number,
): readonly TablePart[] | null {
  const fits = (columns: readonly number[]): boolean =>
    widthOf(
      columns.map((at) => leastWidth(needs[at])),
      gap,
    ) <= width;
  const positions = needs.map((_, at) => at);
  if (fits(positions)) return [widen(positions, needs, width, gap)];
  const keys = positions.filter((at) => needs[at]?.isKey === true);
  const parts: number[][] = [];
  for (const group of groupsOf(needs)) {
    const last = parts.at(-1);
    if (last !== undefined && fits([...last, ...group])) last.push(...group);
    else if (fits([...keys, ...group])) parts.push([...keys, ...group]);
    else return null;
  }
  return parts.map((columns) => widen(columns, needs, width, gap));
}

/** The columns that name no rows, those together that are not to be parted. */
function groupsOf(needs: readonly ColumnNeed[]): number[][] {
  const groups: number[][] = [];
  for (const [at, { isKey, isBeside }] of needs.entries()) {
    if (isKey) continue;
    const last = groups.at(-1);
    if (isBeside && last !== undefined) last.push(at);
    else groups.push([at]);
  }
  return groups;
}

function leastWidth(need: ColumnNeed | undefined): number {
  if (need === undefined) return 0;
  const { body, heading } = need;
  const wrapped = Math.max(READABLE, Math.min(body.word, LONGEST_WORD));
  return Math.max(Math.min(body.natural, wrapped), heading.word);
}

function widthOf(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width, gap * Math.max(0, widths.length - 1));
}

/** Gives the room that is left to the narrowest column that has more to show, a step at a time. */
function widen(
  columns: readonly number[],
  needs: readonly ColumnNeed[],
  width: number,
  gap: number,
): TablePart {
  const widths = columns.map((at) => leastWidth(needs[at]));
  const natural = columns.map((at) =>
    Math.max(needs[at]?.body.natural ?? 0, needs[at]?.heading.natural ?? 0),
  );
  for (let room = width - widthOf(widths, gap); room > 0; room--) {
    const short = widths.map((given, at) => (given < (natural[at] ?? 0) ? given : Infinity));
    const least = Math.min(...short);
    if (least === Infinity) break;
    widths[short.indexOf(least)] = least + 1;
  }
  return columns.map((column, at) => ({ column, width: widths[at] ?? 0 }));
}
