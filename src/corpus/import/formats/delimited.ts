import { exactJson } from '../../files/exact-json.ts';
import { RecordBlocks } from '../records/record-blocks.ts';
import { type FieldKind, type FieldSurvey, kindOf, type PlacedRecord } from '../records/survey.ts';
import type { SourceFile } from '../source-file.ts';
import type { Importer, RecordReader, RowRequest } from '../types.ts';
import { type Cells, csvRows, tsvRows } from './delimited-rows.ts';
import { type Heading, headingOf, namedCells } from './heading.ts';

type RowsOf = (file: SourceFile, signal?: AbortSignal) => AsyncIterable<readonly Cells[]>;

/** CSV as spreadsheets and pandas write it (RFC 4180), below a heading. */
export const csv: Importer = delimited('csv', ['.csv'], csvRows);

/** TSV: a line a record, below a heading, or two columns of ids and texts without one, as MS MARCO has them. */
export const tsv: Importer = delimited('tsv', ['.tsv'], tsvRows);

function delimited(format: 'csv' | 'tsv', extensions: readonly string[], rowsOf: RowsOf): Importer {
  const records: RecordReader = {
    fields: (file, { signal }) => surveyed(placedRecords(file, rowsOf, signal)),
    read: (file, _names, { signal }) => withLists(placedRecords(file, rowsOf, signal)),
  };
  return {
    format,
    extensions,
    records,
    rows: async function* (file, { layout, fields, signal }: RowRequest) {
      if (layout === null) return;
      const { id, text, hasTitle } = layout;
      // What is named or asked keeps its letters: 007 is no 7, and 1.50 no 1.5.
      const asWritten = new Set([id, text, hasTitle ? 'title' : null, 'need', 'cluster']);
      const kindOfColumn = (name: string): FieldKind | null =>
        asWritten.has(name) ? null : (only(fields.get(name)) ?? null);
      const blocks = new RecordBlocks(layout);
      for await (const some of placedRecords(file, rowsOf, signal)) {
        yield blocks.block(some.map((record) => typed(record, kindOfColumn)));
      }
    },
  };
}

async function* placedRecords(
  file: SourceFile,
  rowsOf: RowsOf,
  signal?: AbortSignal,
): AsyncGenerator<PlacedRecord[]> {
  let heading: Heading | null = null;
  for await (const rows of rowsOf(file, signal)) {
    const records: PlacedRecord[] = [];
    for (const row of rows) {
      const place = `${file.path}:${row.line}`;
      if (heading === null) {
        heading = headingOf(row.cells, place);
        if (heading.isLine) continue;
      }
      const fields = namedCells(row.cells, heading, place);
      records.push({ place, line: row.line, fields });
    }
    if (records.length > 0) yield records;
  }
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;
const TRUTH = /^(true|false)$/i;

/** Texts alone are in such a file: a column is of numbers, or of truth values, where each of its cells is one. */
async function surveyed(blocks: AsyncIterable<readonly PlacedRecord[]>): Promise<FieldSurvey> {
  const columns = new Map<string, Set<FieldKind>>();
  for await (const records of blocks) {
    for (const { fields } of records) {
      for (const [name, cell] of Object.entries(fields)) {
        const kinds = columns.get(name) ?? new Set<FieldKind>();
        columns.set(name, kinds.add(kindOfCell(cell)));
      }
    }
  }
  return new Map(
    [...columns].map(([name, kinds]) => {
      const isEmpty = [...kinds].every((kind) => kind === 'empty');
      return [name, new Set<FieldKind>([isEmpty ? 'empty' : (only(kinds) ?? 'text')])];
    }),
  );
}

/** Lists of numbers as such, and everything else as it is written. */
async function* withLists(
  blocks: AsyncIterable<readonly PlacedRecord[]>,
): AsyncGenerator<PlacedRecord[]> {
  for await (const records of blocks) {
    yield records.map((record) => withCells(record, (cell) => listOf(cell) ?? cell));
  }
}

function kindOfCell(cell: unknown): FieldKind {
  if (typeof cell !== 'string') return 'empty';
  if (NUMBER.test(cell)) return 'number';
  if (TRUTH.test(cell)) return 'other';
  return listOf(cell) === null ? 'text' : 'numbers';
}

/** The one kind that all cells of a column have; undefined where they are of several. */
function only(kinds: ReadonlySet<FieldKind> | undefined): FieldKind | undefined {
  const [kind, ...others] = [...(kinds ?? [])].filter((one) => one !== 'empty');
  return others.length === 0 ? kind : undefined;
}

function typed(
  record: PlacedRecord,
  kindOfColumn: (name: string) => FieldKind | null,
): PlacedRecord {
  return withCells(record, (cell, name) => {
    const kind = kindOfColumn(name);
    if (kind === 'number') return Number(cell);
    if (kind === 'other') return cell.toLowerCase() === 'true';
    return kind === 'numbers' ? listOf(cell) : cell;
  });
}

/** A record with other values in place of its cells; empty ones stay null. */
function withCells(
  record: PlacedRecord,
  toValue: (cell: string, name: string) => unknown,
): PlacedRecord {
  const fields = Object.fromEntries(
    Object.entries(record.fields).map(([name, cell]) => [
      name,
      typeof cell === 'string' ? toValue(cell, name) : cell,
    ]),
  );
  return { ...record, fields };
}

/** A vector in a cell, as pandas writes it: a JSON list of numbers. */
function listOf(cell: string): unknown[] | null {
  if (!/^\s*\[[-+\d.eE,\s]+\]\s*$/.test(cell)) return null;
  try {
    const value = exactJson(cell);
    return Array.isArray(value) && kindOf(value) === 'numbers' ? value : null;
  } catch {
    return null;
  }
}
