/** Code units of a character and all its marks; family emoji have 25. */
const LONGEST_CHARACTER = 64;

/**
 * A text on one line, with every character that hides or reorders text shown by its code: controls, ANSI escapes,
 * bidirectional overrides, lone surrogates, code points that are no characters.
 */
export function plainLine(text: string): string {
  return (
    text
      // Every run once: looked for at each of its spaces, a line break would take minutes in a long one.
      .replace(/[\s\u0085]+/g, (spaces) => (/[\r\n\u0085\u2028\u2029]/.test(spaces) ? ' ' : spaces))
      .replace(/\t/g, ' ')
      // The joiners U+200C and U+200D are part of how words and names are spelt in several scripts.
      .replace(
        /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{NChar}]/gu,
        (hidden) => `U+${codeOf(hidden)}`,
      )
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

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/**
 * A JSON value as text, in which what hides or reorders text is written as `\uXXXX`: the same value, and nothing that a
 * terminal obeys.
 */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /(?!\u200C|\u200D|\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{NChar}]/gu,
    (hidden) =>
      hidden.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** What sequences begin with that give words of a report their looks. */
const ESCAPE = '\u001B';

/** A text of many lines, in which a terminal obeys nothing but the ends of lines and the looks of words. */
export function plainLines(text: string): string {
  return text.replace(
    // An end of line may be that of CSV.
    /\r\n|\p{Cc}\[[0-9;]{1,4}m|(?!\n|\t|\u200C|\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (found) => {
      const isOurs = found === '\r\n' || (found.length > 1 && found.startsWith(ESCAPE));
      return isOurs ? found : plainLine(found);
    },
  );
}

/** A message as one line, whatever stands in it; the end of the line stays. */
export function plainMessage(text: string): string {
  const end = text.endsWith('\n') ? '\n' : '';
  return `${plainLine(text.slice(0, text.length - end.length))}${end}`;
}

/** Marks on one letter beyond which no script goes (UAX #15, stream-safe text). */
const MOST_MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * A text in a normal form of Unicode. Of more than 30 marks in a row the first 30 are kept: to put them in order takes
 * time with the square of their number.
 */
export function normalized(text: string, form: 'NFC' | 'NFKC'): string {
  return text.replace(MOST_MARKS, '$1').normalize(form);
}
