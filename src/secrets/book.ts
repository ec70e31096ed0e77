/** The secrets that are known by their values, and the way to take them out of a text. */
export interface SecretBook {
  /** Keeps the value of a header, a variable or a password under the name that stands in for it. */
  readonly learn: (name: string, value: string) => void;
  /** The text with every known secret replaced by `[name]`, also where it is encoded for a URL, as base64 or in JSON. */
  readonly hide: (text: string) => string;
  /** The name of a secret that stands in a text or in bytes of UTF-8; null where none does. */
  readonly nameIn: (text: string | Uint8Array) => string | null;
}

/** Shorter values are taken for settings: each of them stands in many texts that have nothing to do with it. */
const SHORTEST = 4;

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
    hide: (text) =>
      longestFirst.reduce((rest, [form, name]) => rest.replaceAll(form, () => `[${name}]`), text),
    nameIn: (text) => {
      if (longestFirst.length === 0) return null;
      const within =
        typeof text === 'string'
          ? text
          : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
      return longestFirst.find(([form]) => within.includes(form))?.[1] ?? null;
    },
  };
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
  return new Set([
    part,
    encodeURIComponent(wellFormed),
    Buffer.from(wellFormed).toString('base64').replace(/=+$/, ''),
    JSON.stringify(part).slice(1, -1),
  ]);
}
