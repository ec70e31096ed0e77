/** Containers within containers; no backend nests a tenth as deep. */
const MOST_DEPTH = 128;
/** Bytes of one string: more than any text, or any vector in base64. */
const LONGEST_STRING = 8 * 1024 * 1024;
/** The longest exact decimal of a double has 767 digits. */
const LONGEST_NUMBER = 1024;
/** Numbers of a thousand vectors of 4,096 dimensions, twice. */
const MOST_VALUES = 8_000_000;
/** Objects, lists and members: each takes some hundred bytes once it is read. */
const MOST_PARTS = 1_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Why a body would take too much memory or time to read as JSON: nesting, the length of a number or a string, or how
 * many parts it has; null where it would not. It is not checked to be JSON. One pass over the bytes, and nothing is kept.
 */
export function whyUnreadableJson(bytes: Uint8Array): string | null {
  let depth = 0;
  let parts = 0;
  let values = 0;
  let digits = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    // Digits, and the sign, point and exponent of a number.
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d) {
      digits += 1;
      if (digits > LONGEST_NUMBER) return `a number of more than ${LONGEST_NUMBER} characters`;
      continue;
    }
    digits = 0;
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end - at > LONGEST_STRING) return `a string of more than ${LONGEST_STRING} bytes`;
      at = end;
    } else if (byte === COMMA) {
      values += 1;
      if (values > MOST_VALUES) return `more than ${MOST_VALUES} values`;
    } else if (byte === COLON) {
      parts += 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      parts += 1;
      depth += 1;
      if (depth > MOST_DEPTH) return `nested deeper than ${MOST_DEPTH}`;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
    if (parts > MOST_PARTS) return `more than ${MOST_PARTS} objects, lists and members`;
  }
  return null;
}

/**
 * The JSON value of a body that is within the bounds.
 * @throws Error for one that is not, or is no JSON.
 */
export function boundedJson(bytes: Buffer): unknown {
  const why = whyUnreadableJson(bytes);
  if (why !== null) throw new RangeError(`the body is not read: ${why}`);
  return JSON.parse(bytes.toString('utf8'));
}

/** Whether a body can be JSON: its first character opens an object or a list. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b;
}

/** Index of the quote that ends the string which begins at `start`; the last index where none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let quote = bytes.indexOf(QUOTE, start + 1); quote !== -1; ) {
    let before = quote - 1;
    while (bytes[before] === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote;
    quote = bytes.indexOf(QUOTE, quote + 1);
  }
  return bytes.length;
}
