import { createReadStream } from 'node:fs';
import { importProblem, MAX_LINE_BYTES, unreadableImport } from './problem.ts';
import type { SourceFile } from './source-file.ts';

/** One line of a text file, numbered from 1, without its line break. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

const NEWLINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The lines of a UTF-8 file, without blank ones unless they are kept, a chunk's worth at a time.
 * @throws UsageError where the file cannot be read, a line is no UTF-8 or is longer than 4 MiB.
 */
export async function* textLines(
  { path, at: place }: SourceFile,
  signal?: AbortSignal,
  { keepBlank = false }: { readonly keepBlank?: boolean } = {},
): AsyncGenerator<TextLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 0;
  const taken = (bytes: Buffer): TextLine[] => {
    line += 1;
    if (bytes.length > MAX_LINE_BYTES) throw tooLong(path, line);
    const text = decoded(bytes, `${path}:${line}`, line === 1).replace(/\r$/, '');
    return !keepBlank && text.trim() === '' ? [] : [{ line, text }];
  };
  for await (const chunk of chunks(path, place)) {
    signal?.throwIfAborted();
    const lines: TextLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      lines.push(...taken(Buffer.concat([...rest, chunk.subarray(from, at)])));
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > MAX_LINE_BYTES) throw tooLong(path, line + 1);
    }
    if (lines.length > 0) yield lines;
  }
  const last = rest.length === 0 ? [] : taken(Buffer.concat(rest));
  if (last.length > 0) yield last;
}

async function* chunks(path: string, place: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(place, { highWaterMark: 1 << 18 });
  const source: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await source.next().catch((cause: unknown) => {
        throw unreadableImport(path, cause);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

function decoded(bytes: Buffer, place: string, isFirst: boolean): string {
  if (isFirst && isUtf16(bytes)) {
    throw importProblem(
      'not-utf8',
      place,
      'not UTF-8, but UTF-16 by its first bytes',
      'save the file as UTF-8, e.g. iconv -f UTF-16 -t UTF-8 FILE',
    );
  }
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw importProblem('not-utf8', place, 'not UTF-8', 'save the file as UTF-8', cause);
  }
}

/** A byte-order mark of UTF-16, or every other byte zero, as ASCII in UTF-16 has it. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length >= 2 && (first === 0) !== (second === 0);
}

function tooLong(path: string, line: number): Error {
  return importProblem(
    'line-length',
    `${path}:${line}`,
    `the line is longer than ${MAX_LINE_BYTES} bytes`,
    'write one record a line',
  );
}
