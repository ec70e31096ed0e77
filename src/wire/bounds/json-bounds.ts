import { parseExact } from '../json/exact-json.ts';

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
 * Looks for what would take too much memory or time to read as JSON: nesting, the length of a number or a string, or how
 * many parts there are. It is not checked to be JSON. One pass over bytes that may come in pieces, of which none is kept.
 */
export class JsonBounds {
  #counts = { depth: 0, parts: 0, values: 0, digits: 0 };
  /** Bytes of the string that the pieces so far end within; null outside of strings. */
  #stringBytes: number | null = null;
  /** Whether the pieces so far end with a backslash that escapes what follows. */
  #isEscaping = false;

  /** Why the bytes so far and this piece are too much; null where they are not. */
  feed(bytes: Uint8Array): string | null {
    let { depth, parts, values, digits } = this.#counts;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#stringBytes !== null || byte === QUOTE) {
        digits = 0;
        const from = this.#stringBytes === null ? at + 1 : at;
        const end = this.#endOfString(bytes, from);
        const stringBytes = (this.#stringBytes ?? 0) + end - from;
        if (stringBytes > LONGEST_STRING) return `a string of more than ${LONGEST_STRING} bytes`;
        this.#stringBytes = end < bytes.length ? null : stringBytes;
        at = end;
        continue;
      }
      // Digits, and the sign, point and exponent of a number.
      if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d) {
        digits += 1;
        if (digits > LONGEST_NUMBER) return `a number of more than ${LONGEST_NUMBER} characters`;
        continue;
      }
      digits = 0;
      if (byte === COMMA) {
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
    this.#counts = { depth, parts, values, digits };
    return null;
  }

  /** Index of the quote that ends the string which goes on at `from`; the length where none does. */
  #endOfString(bytes: Uint8Array, from: number): number {
    for (let quote = bytes.indexOf(QUOTE, from); ; quote = bytes.indexOf(QUOTE, quote + 1)) {
      const end = quote === -1 ? bytes.length : quote;
      let before = end - 1;
      while (before >= from && bytes[before] === BACKSLASH) before -= 1;
      // A run of backslashes that began in an earlier piece.
      const carried = before < from && this.#isEscaping ? 1 : 0;
      const isEscaping = (end - 1 - before + carried) % 2 === 1;
      if (quote === -1 || !isEscaping) {
        this.#isEscaping = isEscaping;
        return end;
      }
    }
  }
}

/**
 * The JSON value of a body that is within the bounds; a whole number beyond 2^53 is an exact bigint.
 * @throws Error for one that is not, or is no JSON in UTF-8.
 */
export function boundedJson(bytes: Uint8Array): unknown {
  const why = new JsonBounds().feed(bytes);
  if (why !== null) throw new RangeError(`the body is not read: ${why}`);
  return parseExact(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** Whether a body that begins with these bytes can be JSON: its first character opens an object or a list; null where there is none yet. */
export function opensJson(bytes: Uint8Array): boolean | null {
  const first = bytes.find((byte) => byte > 0x20);
  return first === undefined ? null : first === 0x7b || first === 0x5b;
}
