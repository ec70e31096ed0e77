const MAX_CHARS = 140;

/**
 * Text from anywhere as one printable line: control, format and unassigned characters become spaces,
 * runs of space become one, and what is longer than `maxChars` code points ends in `…`.
 */
export function oneLine(text: string, maxChars: number = MAX_CHARS): string {
  // Cut first: a text of megabytes must not be walked to show a line of it.
  const flat = text
    .slice(0, maxChars * 4)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  const characters = Array.from(flat);
  return characters.length <= maxChars ? flat : `${characters.slice(0, maxChars - 1).join('')}…`;
}

/** Replaces secrets in a text; what it returns is safe to record. */
export type Redact = (text: string) => string;

/**
 * Makes the function that takes the values of configured headers out of a text, since a backend may
 * echo a token in its error message: the whole value, and what follows the scheme in `Bearer …`.
 * Values shorter than four characters are taken for settings, not secrets.
 */
export function redactor(headers: Readonly<Record<string, string>>): Redact {
  const secrets = Object.entries(headers)
    .flatMap(([name, value]) => {
      const whole = value.trim();
      const afterScheme = /^\S+\s+(\S.*)$/.exec(whole)?.[1];
      const parts = afterScheme === undefined ? [whole] : [whole, afterScheme];
      return parts.map((part) => ({ part, mark: `[${name}]` }));
    })
    .filter(({ part }) => part.length >= 4)
    .sort((a, b) => b.part.length - a.part.length);
  if (secrets.length === 0) return (text) => text;
  return (text) => secrets.reduce((rest, { part, mark }) => rest.replaceAll(part, mark), text);
}
