import { MOST_DEPTH, nestsTooDeep } from './nesting.ts';
import { repeatedKey } from './repeated-key.ts';

/** Digits in a row from which on a number may be beyond 2⁵³; looked for first, since a reviver is slow. */
const MAY_BE_LARGE = /(?:^|[\s:,[-])\d{16}/;
const WHOLE = /^-?\d+$/;
/** Reading a whole number of millions of digits takes minutes. */
const MOST_DIGITS = 1024;

/**
 * Parses JSON; a whole number beyond 2⁵³, which a number would round, becomes a bigint.
 * @throws SyntaxError where it is no JSON, is nested deeper than 128, has a key twice in one object, or a whole number of
 * more than 1,024 digits
 */
export function exactJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new SyntaxError(`nested deeper than ${MOST_DEPTH}`);
  const value: unknown = MAY_BE_LARGE.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  const twice = repeatedKey(text, value);
  if (twice === null) return value;
  throw new SyntaxError(`an object has the key ${JSON.stringify(twice.slice(0, 60))} twice`);
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  if (!isRounded || source === undefined || !WHOLE.test(source)) return value;
  if (source.length > MOST_DIGITS) throw new SyntaxError(`a number of ${source.length} digits`);
  return BigInt(source);
}
