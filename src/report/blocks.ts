import type {
  Block,
  Column,
  Content,
  List,
  Paragraph,
  ReportDocument,
  Row,
  Section,
  Table,
} from './model.ts';
import type { Picture } from './picture/picture.ts';

/** A document without a title of its own, unless one is given. */
export function reportOf(
  sections: readonly Section[],
  parts: Partial<Omit<ReportDocument, 'sections'>> = {},
): ReportDocument {
  return { title: null, verdict: null, generated: null, ...parts, sections };
}

/** A part of a document under a heading; `id` is unique within the document. */
export function section(id: string, heading: Content | null, blocks: readonly Block[]): Section {
  return { id, heading, blocks };
}

/** A section of a table and notes below it. Without rows its notes stand alone. */
export function tableSection(
  id: string,
  heading: Content,
  { columns, rows, notes = [] }: TableParts,
): Section {
  const hasTable = rows.length > 0 || notes.length === 0;
  return section(id, heading, [...(hasTable ? [table(columns, rows)] : []), ...notes]);
}

interface TableParts {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes?: readonly Block[];
}

/** The same section with pictures before everything else in it. */
export function pictured(part: Section, pictures: readonly Picture[]): Section {
  return { ...part, blocks: [...pictures, ...part.blocks] };
}

/** Some sentences. */
export function paragraph(content: Content): Paragraph {
  return { kind: 'paragraph', content };
}

/** The verdict of the document, for renderers that show nothing but its sections. */
export function verdictParagraph(content: Content): Paragraph {
  return { kind: 'paragraph', content, repeats: 'verdict' };
}

/** A list of short items. */
export function list(items: readonly Content[]): List {
  return { kind: 'list', items, loose: false };
}

/** A list whose items stand apart. */
export function looseList(items: readonly Content[]): List {
  return { kind: 'list', items, loose: true };
}

/** A table; each row has a cell a column. */
export function table(columns: readonly Column[], rows: readonly Row[]): Table {
  return { kind: 'table', columns, rows };
}

/** A column of words. */
export function left(heading: string, id: string = slug(heading)): Column {
  return { id, heading, align: 'left', key: false, beside: false };
}

/** A column of numbers. */
export function right(heading: string, id: string = slug(heading)): Column {
  return { id, heading, align: 'right', key: false, beside: false };
}

/** The same column, as one that names its rows. */
export function key(column: Column): Column {
  return { ...column, key: true };
}

/** The same column, as one that says more of the column before it. */
export function beside(column: Column): Column {
  return { ...column, beside: true };
}

/** A row by the parts of its id. */
export function row(
  parts: readonly (string | number)[],
  cells: readonly Content[],
  {
    kind = 'figure',
    evidence = [],
    ...words
  }: Partial<Pick<Row, 'kind' | 'evidence' | 'name' | 'figures' | 'isAdvisory'>> = {},
): Row {
  return { id: parts.join(' '), kind, cells, evidence, ...words };
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
