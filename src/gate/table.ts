import { markdownTable } from 'markdown-table';
import { escapeMarkdown, plainLine } from '../report/escape.ts';

/** A Markdown table that ends with a newline; cells stand as they are given. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('l' | 'r')[],
): string {
  return `${markdownTable([head, ...rows], { align: [...align] })}\n`;
}

/** A text of unknown origin as a table cell. */
export function cell(text: string): string {
  return escapeMarkdown(plainLine(text).trim());
}
