import { importProblem, MAX_LINE_BYTES } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { textLines } from '../text-lines.ts';

/** The cells of one record, and the line that it begins at, from 1. */
export interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

interface Begun {
  readonly line: number;
  readonly parts: string[];
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
 * doubled quotes. Cells are separated by commas; by semicolons or tabs where the first record has these and no comma.
 * @throws UsageError where a quote is not closed, or a record is longer than 4 MiB
 */
export async function* csvRows(file: SourceFile, signal?: AbortSignal): AsyncGenerator<Cells[]> {
  let separator: string | null = null;
  let begun: Begun | null = null;
  for await (const lines of textLines(file, signal, { keepBlank: true })) {
    const rows: Cells[] = [];
    for (const { line, text } of lines) {
      if (begun === null && text.trim() === '') continue;
      const record: Begun = begun ?? { line, parts: [], length: 0 };
      record.parts.push(text);
      record.length += text.length;
      // Within quotes a quote is doubled, so an odd one opens a cell, or closes it.
      const isOdd = (text.split('"').length - 1) % 2 === 1;
      begun = (begun !== null) === isOdd ? null : record;
      if (record.length > MAX_LINE_BYTES) throw unclosed(file.path, record.line);
      if (begun !== null) continue;
      const whole = record.parts.join('\n');
      separator ??= separatorOf(whole);
      rows.push({ line: record.line, cells: cellsOf(whole, separator) });
    }
    yield rows;
  }
  if (begun !== null) throw unclosed(file.path, begun.line);
}

function separatorOf(record: string): string {
  const bare = record.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t'].find((one) => bare.includes(one)) ?? ',';
}

/** The cells of one record; separators within quotes are part of a cell. */
export function cellsOf(record: string, separator: string): string[] {
  const cells: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at <= record.length; at++) {
    if (record[at] === '"') isQuoted = !isQuoted;
    if (at < record.length && (isQuoted || record[at] !== separator)) continue;
    cells.push(unquoted(record.slice(from, at)));
    from = at + 1;
  }
  return cells;
}

/** A cell without the quotes around it. */
export function unquoted(cell: string): string {
  const inner = /^\s*"(.*)"\s*$/s.exec(cell)?.[1];
  return inner === undefined ? cell : inner.replaceAll('""', '"');
}

function unclosed(path: string, line: number): Error {
  return importProblem(
    'quote',
    `${path}:${line}`,
    'a quote is opened here and not closed',
    'double the quotes within a quoted cell, or write JSON lines',
  );
}
