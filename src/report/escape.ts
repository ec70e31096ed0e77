/** Code units of a character and all its marks; family emoji have 25. */
const LONGEST_CHARACTER = 64;

/**
 * A text on one line, with every character that hides or reorders text shown by its code: controls, ANSI escapes,
 * bidirectional overrides, lone surrogates.
 */
export function plainLine(text: string): string {
  return (
    text
      .replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ')
      .replace(/\t/g, ' ')
      // The joiners U+200C and U+200D are part of how words and names are spelt in several scripts.
      .replace(/(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}]/gu, (hidden) => `U+${codeOf(hidden)}`)
  );
}

/** The first characters of a text, cut after a word where there is one, never within a character. */
export function shortened(text: string, limit: number): string {
  const start = firstCharacters(text, limit);
  if (start === text) return text;
  if (/^\s/.test(text.slice(start.length))) return `${start.trimEnd()}…`;
  const word = /^(.*\S)\s+\S*$/s.exec(start)?.[1];
  // A text without spaces is cut where it has to be.
  return `${word !== undefined && word.length > start.length / 2 ? word : start}…`;
}

/** The whole text, or one character less than the limit to leave room for the mark of the cut. */
function firstCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let [seen, end, last] = [0, 0, 0];
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    // One character can be any number of code points: what is longer than any script needs is left out.
    if (segment.length > LONGEST_CHARACTER) return text.slice(0, end);
    if (seen === limit) return text.slice(0, last);
    seen++;
    last = end;
    end = index + segment.length;
  }
  return text;
}

/** A line that Markdown shows as it is, within a table cell or a sentence: no markup, no HTML, no links. */
export function escapeMarkdown(line: string): string {
  return escapeMarkup(line)
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .replace(/(?<![\p{L}\p{N}])@|@(?=[\p{L}\p{N}_-]+\.[\p{L}\p{N}])/gu, '&#64;');
}

/** The same for an address, which readers may follow. */
export function escapeMarkup(line: string): string {
  return line
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*[\]|~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** The start of a Markdown line, so that it opens no heading, list or rule. */
export function escapeLineStart(line: string): string {
  return line
    .replace(/^(\s*)(#|[-+=](?=\s|$|[-=]))/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
