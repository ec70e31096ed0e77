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
