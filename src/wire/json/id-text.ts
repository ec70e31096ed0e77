import { OtherFormError } from '../dialect.ts';

/**
 * An id as it is written in the corpus.
 * @throws OtherFormError for what is neither a text nor a number: its text would be that of many documents, such as
 * `null` or `[object Object]`
 */
export function idText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || Number.isFinite(value)) return String(value);
  const got = value === undefined ? 'nothing' : value === null ? 'null' : typeof value;
  throw new OtherFormError(`${place}: expected a text or a number, got ${got}`);
}
