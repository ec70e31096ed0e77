/**
 * A text that Markdown shows as it is, within a table cell or a sentence: no markup, no HTML, no links, one line.
 * Characters that reorder or hide text are shown by their code.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ')
      .replace(/\t/g, ' ')
      // The joiners U+200C and U+200D are part of how words and names are spelt in several scripts.
      .replace(/(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}]/gu, (hidden) => `U+${codeOf(hidden)}`)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*[\]|~]/g, '\\$&')
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/:(?=\/\/)/g, '&#58;')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
      .replace(/(?<![\p{L}\p{N}])@|@(?=[\p{L}\p{N}-]+\.)/gu, '&#64;')
      .replace(/^(\s*)(#|[-+=](?=\s|$|[-=]))/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
      .trim()
  );
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
