import { checkColumnNames, importProblem } from '../problem.ts';
import { isUsualName } from '../records/layout.ts';

/** What the columns of a delimited file are called. */
export interface Heading {
  readonly names: readonly string[];
  /** Whether the first line is the heading, and no record. */
  readonly isLine: boolean;
}

/**
 * The heading of a file by its first record. Two columns of which neither has a usual name, where the second one is
 * prose or the first one a number, are an id and a text without a heading.
 * @throws UsageError where two columns have one name
 */
export function headingOf(first: readonly string[], place: string): Heading {
  const names = first.map((cell, at) => plain(cell.trim()) || `column ${at + 1}`);
  const [id = '', text = ''] = first;
  const isBare =
    first.length === 2 &&
    !names.some(isUsualName) &&
    (/^\d+$/.test(id.trim()) || /\S\s+\S+\s+\S/.test(text));
  if (isBare) return { names: ['id', 'text'], isLine: false };
  checkColumnNames(place, names, 'the first line names the columns, each by another name');
  return { names, isLine: true };
}

/** A usual name in small letters, as spreadsheets have it in large ones; another one as it is. */
function plain(name: string): string {
  return isUsualName(name.toLowerCase()) ? name.toLowerCase() : name;
}

/** The cells of a record by the names of their columns; null where one is empty. @throws UsageError for another number of cells */
export function namedCells(
  cells: readonly string[],
  { names }: Heading,
  place: string,
): Record<string, string | null> {
  if (cells.length !== names.length) {
    throw importProblem(
      'cells',
      place,
      `has ${cells.length} columns, and the first line ${names.length}`,
      'tabs and line breaks within a text are read from .csv, in quotes, and from JSON lines',
    );
  }
  return Object.fromEntries(names.map((name, at) => [name, cells[at] || null]));
}
