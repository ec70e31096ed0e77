import { layOut, type TablePart } from '../layout/columns.ts';
import { lineWidth, type TextRun, widthsOf, wrapRuns } from '../layout/wrap.ts';
import type { Block, Content, ReportDocument, Row, Section, Table } from '../model.ts';
import { painted, type Runs, runsOf, type TextLook } from './looks.ts';

/** What a terminal can show. */
export interface TerminalOptions {
  /** Columns of the terminal; 100 where it is not known. */
  readonly width?: number;
  /** Whether words of a verdict are coloured. They say as much without. */
  readonly color?: boolean;
  /** Whether characters beyond ASCII are written otherwise. */
  readonly ascii?: boolean;
}

interface Screen {
  readonly width: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

const NARROWEST = 20;
/** Sentences in longer lines are hard to read. */
const WIDEST_TEXT = 100;
const GAP = 2;

/** A report for a terminal: lines of at most its width, words whole, numbers right-aligned, nothing from outside interpreted. */
export function renderTerminal(
  { title, sections }: ReportDocument,
  { width = 100, color = false, ascii = false }: TerminalOptions = {},
): string {
  const screen: Screen = { width: Math.max(NARROWEST, width), color, ascii };
  const parts = [
    ...(title === null ? [] : [headingLines(title, '=', screen)]),
    ...sections.flatMap((section) => sectionParts(section, screen)),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function sectionParts({ heading, blocks }: Section, screen: Screen): string[][] {
  const parts = blocks.flatMap((block) => blockParts(block, screen));
  if (heading === null) return parts;
  return [headingLines(heading, screen.ascii ? '-' : '─', screen), ...parts];
}

function headingLines(content: Content, mark: string, screen: Screen): string[] {
  const runs = runsOf(content, screen).map(
    ({ text }): TextRun<TextLook> => ({ text, look: 'strong' }),
  );
  const lines = wrapRuns(runs, screen.width);
  const longest = Math.max(...lines.map(lineWidth));
  return [...lines.map((line) => painted(line, screen)), mark.repeat(longest)];
}

function blockParts(block: Block, screen: Screen): string[][] {
  switch (block.kind) {
    case 'paragraph':
      return [indented(block.content, ['', ''], screen)];
    case 'quote':
      return [indented(block.content, screen.ascii ? ['| ', '| '] : ['│ ', '│ '], screen)];
    case 'list':
      return block.items.length === 0
        ? []
        : [block.items.flatMap((item) => indented(item, ['- ', '  '], screen))];
    case 'picture':
      return [];
    case 'table':
      return tableParts(block, screen);
  }
}

/** Wrapped text, behind one mark on its first line and another on all that follow. */
function indented(
  content: Content,
  [first, later]: readonly [string, string],
  screen: Screen,
): string[] {
  const width = Math.min(screen.width, WIDEST_TEXT);
  const lines = wrapRuns(runsOf(content, screen), width - first.length);
  return lines.map((line, at) => `${at === 0 ? first : later}${painted(line, screen)}`.trimEnd());
}

function tableParts({ columns, rows }: Table, screen: Screen): string[][] {
  if (rows.length === 0) return [['nothing measured']];
  const headings = columns.map(({ heading }) => runsOf(heading, screen));
  const cells = rows.map((row) => cellsOf(row, screen));
  const needs = columns.map(({ key, beside }, at) => {
    const widths = cells.map((row) => widthsOf(row[at] ?? []));
    return {
      isKey: key,
      isBeside: beside,
      heading: widthsOf(headings[at] ?? []),
      body: {
        natural: Math.max(...widths.map(({ natural }) => natural)),
        word: Math.max(...widths.map(({ word }) => word)),
      },
    };
  });
  const parts = layOut(needs, screen.width, GAP);
  if (parts === null) return cells.map((row) => recordLines(headings, row, screen));
  const rightOnes = columns.map(({ align }) => align === 'right');
  return parts.map((part) => {
    const rule = part.map(({ width }) => (screen.ascii ? '-' : '─').repeat(width));
    return [
      ...rowLines(headings, part, { rightOnes, atEnd: true }, screen),
      rule.join(' '.repeat(GAP)),
      ...cells.flatMap((row) => rowLines(row, part, { rightOnes, atEnd: false }, screen)),
    ];
  });
}

function cellsOf({ cells }: Row, screen: Screen): Runs[] {
  return cells.map((cell) => runsOf(cell, screen));
}

/** One row of a table on as many lines as its longest cell has; `atEnd` sets the shorter ones to the last of them. */
function rowLines(
  row: readonly Runs[],
  part: TablePart,
  { rightOnes, atEnd }: { readonly rightOnes: readonly boolean[]; readonly atEnd: boolean },
  screen: Screen,
): string[] {
  const wrapped = part.map(({ column, width }) => wrapRuns(row[column] ?? [], width));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => {
    const fields = part.map(({ column, width }, index) => {
      const lines = wrapped[index] ?? [];
      const line = lines[atEnd ? at - height + lines.length : at] ?? [];
      const space = ' '.repeat(Math.max(0, width - lineWidth(line)));
      const text = painted(line, screen);
      return rightOnes[column] === true ? `${space}${text}` : `${text}${space}`;
    });
    return fields.join(' '.repeat(GAP)).trimEnd();
  });
}

/** A row of a table that is too wide in any layout: a line for each cell. */
function recordLines(headings: readonly Runs[], row: readonly Runs[], screen: Screen): string[] {
  return row.flatMap((cell, at) => {
    const name: Runs = [...(headings[at] ?? []), { text: ': ', look: 'plain' }];
    const lines = wrapRuns([...name, ...cell], screen.width - GAP);
    return lines.map(
      (line, index) => `${index === 0 ? '' : ' '.repeat(GAP)}${painted(line, screen)}`,
    );
  });
}
