import { importProblem, MAX_LINE_BYTES } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { textLines } from '../text-lines.ts';

/** The cells of one record, and the line that it begins at, from 1. */
export interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A record of which some lines were read. */
interface Begun {
  /** The line that it begins at. */
  readonly line: number;
  readonly cells: string[];
  /** What was read of a cell in quotes that goes on; null between cells. */
  open: string | null;
  length: number;
}

/** Lines of cells between tabs; quotes around a whole cell are taken off. */
export async function* tsvRows(file: SourceFile, signal?: AbortSignal): AsyncGenerator<Cells[]> {
  for await (const lines of textLines(file, signal)) {
    yield lines.map(({ line, text }) => ({ line, cells: text.split('\t').map(unquoted) }));
  }
}

/**
 * Records of RFC 4180, a few at a time: quotes may stand around cells, which may then hold separators, line breaks and
 * doubled quotes; within a cell that does not begin with one, a quote is a letter. Cells are separated by commas; by
 * semicolons or tabs where the first line has these and no comma.
 * @throws UsageError where a quote is not closed, a cell goes on behind its quotes, or a record is longer than 4 MiB
 */
export async function* csvRows(file: SourceFile, signal?: AbortSignal): AsyncGenerator<Cells[]> {
  let separator: string | null = null;
  let begun: Begun | null = null;
  for await (const lines of textLines(file, signal, { keepBlank: true })) {
    const rows: Cells[] = [];
    for (const { line, text } of lines) {
      if (begun === null && text.trim() === '') continue;
      const record: Begun = begun ?? { line, cells: [], open: null, length: 0 };
      separator ??= separatorOf(text);
      record.length += text.length;
      if (record.length > MAX_LINE_BYTES) throw unclosed(file.path, record.line);
      if (!takeLine(record, text, separator)) throw goesOn(file.path, line);
      begun = record.open === null ? null : record;
      if (begun === null) rows.push({ line: record.line, cells: record.cells });
    }
    yield rows;
  }
  if (begun !== null) throw unclosed(file.path, begun.line);
}

function separatorOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*("|$)/g, '');
  return [',', ';', '\t'].find((one) => bare.includes(one)) ?? ',';
}

/** The cells of one line; separators within quotes are part of a cell. Null where quotes are not closed, or text follows them. */
export function cellsOf(text: string, separator: string): readonly string[] | null {
  const record: Begun = { line: 0, cells: [], open: null, length: 0 };
  return takeLine(record, text, separator) && record.open === null ? record.cells : null;
}

const OPENING = / *"/y;
const SPACES = / */y;

/** Adds a line to a record. @returns false where a cell goes on behind its quotes */
function takeLine(record: Begun, text: string, separator: string): boolean {
  for (let at = 0; ; at += 1) {
    if (record.open === null) {
      OPENING.lastIndex = at;
      if (!OPENING.test(text)) {
        const end = text.indexOf(separator, at);
        record.cells.push(text.slice(at, end < 0 ? text.length : end));
        if (end < 0) return true;
        at = end;
        continue;
      }
      at = OPENING.lastIndex;
      record.open = '';
    }
    const end = text.indexOf('"', at);
    record.open += end < 0 ? `${text.slice(at)}\n` : text.slice(at, end);
    if (end < 0) return true;
    if (text[end + 1] === '"') {
      record.open += '"';
      at = end + 1;
      continue;
    }
    record.cells.push(record.open);
    record.open = null;
    SPACES.lastIndex = end + 1;
    SPACES.test(text);
    at = SPACES.lastIndex;
    if (at === text.length) return true;
    if (text[at] !== separator) return false;
  }
}

/** A cell without the quotes around it. */
export function unquoted(cell: string): string {
  const inner = /^\s*"(.*)"\s*$/s.exec(cell)?.[1];
  // "Yes" or "no" has quotes in it, and none around it.
  if (inner === undefined || inner.replaceAll('""', '').includes('"')) return cell;
  return inner.replaceAll('""', '"');
}

function goesOn(path: string, line: number): Error {
  return importProblem(
    'quote',
    `${path}:${line}`,
    'a cell goes on behind the quotes around it',
    'double the quotes within a quoted cell, or write JSON lines',
  );
}

function unclosed(path: string, line: number): Error {
  return importProblem(
    'quote',
    `${path}:${line}`,
    'a quote is opened here and not closed',
    'double the quotes within a quoted cell, or write JSON lines',
  );
}
