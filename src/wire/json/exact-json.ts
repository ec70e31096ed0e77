import { roundedWhole } from '../../corpus/files/exact-json.ts';
import { MalformedReplyError } from '../dialect.ts';

/** A whole number of sixteen digits or more, outside of texts but for what looks like one: beyond 2^53, perhaps. */
const LONG_NUMBER = /(?:^|[[{:,\s])-?\d{16}/;

/** Of a text with such a number each value is looked at again: two million take some seconds. */
const MOST_VALUES = 2_000_000;

/**
 * The value of a JSON text in which a whole number beyond 2^53 is an exact bigint: ids of 64 bits that are rounded are
 * those of other documents.
 * @throws SyntaxError for what is no JSON, MalformedReplyError for such a number among more values than are looked at
 */
export function parseExact(text: string): unknown {
  // A reviver takes many times as long, and most texts have no such number.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  let values = 0;
  for (let at = text.indexOf(','); at !== -1; at = text.indexOf(',', at + 1)) values += 1;
  if (values > MOST_VALUES) {
    throw new MalformedReplyError(`a number of 16 digits among more than ${MOST_VALUES} values`);
  }
  return JSON.parse(text, exactInteger as (key: string) => unknown);
}

/** The JSON text of a value, in which a bigint is the whole number that it is. */
export function exactText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? rawJson(String(inner)) : inner,
  );
}

/** What JSON.stringify writes as this very text, which is that of a number, a text, a truth value or null. */
export function rawJson(text: string): unknown {
  return (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON(text);
}

function exactInteger(
  _key: string,
  value: unknown,
  { source }: { readonly source?: string },
): unknown {
  const digits = roundedWhole(value, source);
  return digits === null ? value : BigInt(digits);
}
