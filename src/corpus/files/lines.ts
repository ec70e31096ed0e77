import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { unreadable } from './regular-file.ts';

const NEWLINE = 0x0a;
/** A longer line is no record but a file of another kind. */
const MAX_LINE_BYTES = 32 << 20;

/**
 * Hands each line of a UTF-8 file (without its line break, numbered from 1) to `take`, holding one
 * chunk at a time, and gives the sha256 (hex) of all bytes read.
 * @throws UsageError where the file cannot be read, a line is not UTF-8 or is longer than 32 MiB; whatever `take` throws.
 */
export async function readLines(
  path: string,
  take: (text: string, line: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 0;
  const takeBytes = (bytes: Buffer) => {
    line += 1;
    const text = decoded(bytes, `${path}:${line}`);
    take(line === 1 ? text.replace(/^\uFEFF/, '') : text, line);
  };
  for await (const chunk of opened(path)) {
    hash.update(chunk);
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const tail = chunk.subarray(from, at);
      takeBytes(rest.length === 0 ? tail : Buffer.concat([...rest, tail]));
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > MAX_LINE_BYTES) throw tooLong(path, line + 1);
  }
  if (rest.length > 0) takeBytes(Buffer.concat(rest));
  return hash.digest('hex');
}

async function* opened(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer, where: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new UsageError('corpus-not-utf8', `${where}: not UTF-8`, {
      hint: 'save the file as UTF-8',
      context: { where },
      cause,
    });
  }
}

function tooLong(path: string, line: number): UsageError {
  return new UsageError(
    'corpus-line-length',
    `${path}:${line}: the line is longer than ${MAX_LINE_BYTES} bytes`,
    { hint: 'write one record a line', context: { where: `${path}:${line}` } },
  );
}
