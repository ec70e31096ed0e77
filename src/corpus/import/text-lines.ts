import { createReadStream } from 'node:fs';
import { importProblem, MAX_LINE_BYTES, unreadableImport } from './problem.ts';

/** One line of a text file, numbered from 1, without its line break. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

const NEWLINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The lines of a UTF-8 file that are not blank, a chunk's worth at a time.
 * @throws UsageError where the file cannot be read, a line is no UTF-8 or is longer than 4 MiB.
 */
export async function* textLines(path: string, signal?: AbortSignal): AsyncGenerator<TextLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 0;
  const taken = (bytes: Buffer): TextLine[] => {
    line += 1;
    if (bytes.length > MAX_LINE_BYTES) throw tooLong(path, line);
    const text = decoded(bytes, `${path}:${line}`).replace(/\r$/, '');
    return text.trim() === '' ? [] : [{ line, text }];
  };
  for await (const chunk of chunks(path)) {
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

async function* chunks(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
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

function decoded(bytes: Buffer, place: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw importProblem('not-utf8', place, 'not UTF-8', 'save the file as UTF-8', cause);
  }
}

function tooLong(path: string, line: number): Error {
  return importProblem(
    'line-length',
    `${path}:${line}`,
    `the line is longer than ${MAX_LINE_BYTES} bytes`,
    'write one record a line',
  );
}
