import { MOST_DEPTH, nestsTooDeep } from './nesting.ts';
import { requireOnce } from './repeated-key.ts';

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
  requireOnce(text, value, (what) => new SyntaxError(what));
  return value;
}

/**
 * The digits of a whole number that a parser has rounded; null for every other value.
 * @param source its text, from the third argument of a reviver, which the language's types do not know yet
 */
export function roundedWhole(value: unknown, source: string | undefined): string | null {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded && source !== undefined && WHOLE.test(source) ? source : null;
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const digits = roundedWhole(value, context?.source);
  if (digits === null) return value;
  if (digits.length > MOST_DIGITS) throw new SyntaxError(`a number of ${digits.length} digits`);
  return BigInt(digits);
}
