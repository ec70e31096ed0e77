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
