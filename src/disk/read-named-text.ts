import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.ts';
import { reasonOf } from './disk-error.ts';
import { readRegular } from './read-regular.ts';

/** How a file was named, for an error. */
export interface NamedFile {
  readonly code: string;
  /** E.g. `--texts a.txt`. */
  readonly name: string;
  readonly hint: string;
}

/**
 * The text of a file that somebody named, without a byte-order mark.
 * @throws UsageError where it cannot be read, is no file, is packed, or is no UTF-8: other letters would stand in its place
 */
export async function readNamedText(path: string, told: NamedFile): Promise<string> {
  const bytes = await readNamedBytes(path, told);
  const [line] = linesNotUtf8(bytes);
  if (line === undefined) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  throw new UsageError(told.code, `${told.name}:${line}: not UTF-8`, {
    hint: 'save the file as UTF-8',
  });
}

/** How packed files begin, and what unpacks them. */
const PACKED: readonly (readonly [start: Buffer, tool: string])[] = [
  [Buffer.of(0x1f, 0x8b, 0x08), 'gzip -dk'],
  [Buffer.of(0x28, 0xb5, 0x2f, 0xfd), 'zstd -dk'],
  [Buffer.from('BZh'), 'bzip2 -dk'],
  [Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a), 'xz -dk'],
  [Buffer.of(0x50, 0x4b, 0x03, 0x04), 'unzip'],
];

/**
 * The bytes of a file of text that somebody named.
 * @throws UsageError where it cannot be read, is no file or is packed
 */
export async function readNamedBytes(path: string, told: NamedFile): Promise<Buffer> {
  const { code, name, hint } = told;
  const bytes = await readRegular(path).catch((cause: unknown) => {
    throw new UsageError(code, `${name}: cannot be read: ${reasonOf(cause)}`, { hint, cause });
  });
  const packed = PACKED.find(([start]) => bytes.subarray(0, start.length).equals(start));
  if (packed === undefined) return bytes;
  throw new UsageError(code, `${name}: is packed`, {
    hint: `unpack it first (${packed[1]} FILE), and name what was in it`,
  });
}

/** Numbers from 1 of the lines that are no UTF-8. */
export function linesNotUtf8(bytes: Buffer): Set<number> {
  const lines = new Set<number>();
  if (isUtf8(bytes)) return lines;
  let number = 1;
  for (let from = 0; from <= bytes.length; number++) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(from, to))) lines.add(number);
    from = to + 1;
  }
  return lines;
}
