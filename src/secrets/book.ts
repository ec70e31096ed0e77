import { type DecodedText, decodedText } from './decoded.ts';

/** The secrets that are known by their values, and the way to take them out of a text. */
export interface SecretBook {
  /** Keeps the value of a header, a variable or a password under the name that stands in for it. */
  readonly learn: (name: string, value: string) => void;
  /**
   * The text with every known secret replaced by `[name]`, also where it is written for a URL, for JSON or for HTML, in
   * hexadecimal digits, or in base64 by itself or within something longer.
   */
  readonly hide: (text: string) => string;
  /** The name of a secret that stands in a text or in bytes of UTF-8; null where none does. */
  readonly nameIn: (text: string | Uint8Array) => string | null;
}

/** Shorter values are taken for settings: each of them stands in many texts that have nothing to do with it. */
const SHORTEST = 4;
/** A shorter secret leaves so little in base64 or in digits that other texts have it too. */
const SHORTEST_ENCODED = 8;

/** A book that knows nothing yet. */
export function secretBook(): SecretBook {
  /** Names by the forms in which the secrets are written. */
  const marks = new Map<string, string>();
  let longestFirst: readonly (readonly [string, string])[] = [];
  return {
    learn: (name, value) => {
      const before = marks.size;
      for (const part of partsOf(value)) {
        for (const form of formsOf(part)) {
          if (form.length >= SHORTEST && !marks.has(form)) marks.set(form, name);
        }
      }
      if (marks.size > before) {
        longestFirst = [...marks].toSorted(([a], [b]) => b.length - a.length);
      }
    },
    hide: (text) => {
      if (longestFirst.length === 0) return text;
      const plain = longestFirst.reduce(
        (rest, [form, name]) => rest.replaceAll(form, () => `[${name}]`),
        text,
      );
      return hideCoded(plain, longestFirst);
    },
    nameIn: (text) => {
      if (longestFirst.length === 0) return null;
      const within =
        typeof text === 'string'
          ? text
          : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
      const found = longestFirst.find(([form]) => within.includes(form))?.[1];
      if (found !== undefined) return found;
      const decoded = decodedOf(within)?.text ?? '';
      return longestFirst.find(([form]) => decoded.includes(form))?.[1] ?? null;
    },
  };
}

/** One of these is in every text that writes characters by codes; quotes in JSON are a form of their own. */
const CODES = ['\\u', '\\/', '%', '&'] as const;

function decodedOf(text: string | Buffer): DecodedText | null {
  return CODES.some((code) => text.includes(code)) ? decodedText(text.toString()) : null;
}

/** Takes secrets out of a text that writes some of its characters by codes. */
function hideCoded(text: string, marks: readonly (readonly [string, string])[]): string {
  let rest = text;
  let decoded = decodedOf(rest);
  for (const [form, name] of marks) {
    if (decoded === null) break;
    if (!decoded.text.includes(form)) continue;
    rest = replaceCoded(rest, decoded, form, name);
    decoded = decodedOf(rest);
  }
  return rest;
}

function replaceCoded(text: string, decoded: DecodedText, form: string, name: string): string {
  let rest = '';
  let end = 0;
  for (let at = decoded.text.indexOf(form); at !== -1; ) {
    const [from, to] = decoded.originalOf(at, at + form.length);
    rest += `${text.slice(end, from)}[${name}]`;
    end = to;
    at = decoded.text.indexOf(form, at + form.length);
  }
  return rest + text.slice(end);
}

/** A value whole, what follows the scheme of `Bearer …`, and the password within `Basic …`. */
function partsOf(value: string): string[] {
  const whole = value.trim();
  const [, scheme = '', after] = /^(\S+)\s+(\S.*)$/.exec(whole) ?? [];
  if (after === undefined) return [whole];
  if (scheme.toLowerCase() !== 'basic') return [whole, after];
  const pair = Buffer.from(after, 'base64').toString('utf8');
  return [whole, after, pair, pair.slice(pair.indexOf(':') + 1)];
}

/** A value as it may stand in a text. */
function formsOf(part: string): Set<string> {
  const wellFormed = part.toWellFormed();
  const bytes = Buffer.from(wellFormed);
  return new Set([
    part,
    encodeURIComponent(wellFormed),
    bytes.toString('base64').replace(/=+$/, ''),
    JSON.stringify(part).slice(1, -1),
    ...(bytes.length < SHORTEST_ENCODED ? [] : [bytes.toString('hex'), ...base64Within(bytes)]),
  ]);
}

/** What bytes leave in the base64 of something longer, wherever in it they begin, in both alphabets. */
function base64Within(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // Digits that hold bits of what stands before or behind are another's too.
    const first = Math.ceil((8 * before) / 6);
    const last = Math.floor((8 * whole.length) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) =>
      whole.toString(alphabet).slice(first, last),
    );
  });
}
