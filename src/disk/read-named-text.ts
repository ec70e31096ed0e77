import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.ts';
import { reasonOf } from './disk-error.ts';
import { isPackedBy, PACKED } from './packed.ts';
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

/**
 * The bytes of a file of text that somebody named.
 * @throws UsageError where it cannot be read, is no file or is packed
 */
export async function readNamedBytes(path: string, told: NamedFile): Promise<Buffer> {
  const { code, name, hint } = told;
  const bytes = await readRegular(path).catch((cause: unknown) => {
    throw new UsageError(code, `${name}: cannot be read: ${reasonOf(cause)}`, { hint, cause });
  });
  const packed = Object.values(PACKED).find((one) => isPackedBy(one, bytes));
  if (packed === undefined) return bytes;
  throw new UsageError(code, `${name}: is packed`, {
    hint: `unpack it first (${packed.tool} FILE), and name what was in it`,
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
