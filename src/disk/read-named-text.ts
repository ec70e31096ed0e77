import { UsageError } from '../errors.ts';
import { reasonOf } from './disk-error.ts';
import { readRegular } from './read-regular.ts';

/**
 * The text of a file that somebody named.
 * @param told `code` and `hint` of the error; `name`: how the file was named, e.g. `--texts a.txt`
 * @throws UsageError where it cannot be read, or is no file
 */
export async function readNamedText(
  path: string,
  { code, name, hint }: { readonly code: string; readonly name: string; readonly hint: string },
): Promise<string> {
  const bytes = await readRegular(path).catch((cause: unknown) => {
    throw new UsageError(code, `${name}: cannot be read: ${reasonOf(cause)}`, { hint, cause });
  });
  return bytes.toString('utf8');
}
