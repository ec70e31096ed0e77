/** Digits in a row from which on a number may be beyond 2⁵³; looked for first, since a reviver is slow. */
const MAY_BE_LARGE = /(?:^|[\s:,[-])\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * Parses JSON; a whole number beyond 2⁵³, which a number would round, becomes a bigint.
 * @throws SyntaxError where it is no JSON
 */
export function exactJson(text: string): unknown {
  return MAY_BE_LARGE.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded && source !== undefined && WHOLE.test(source) ? BigInt(source) : value;
}
