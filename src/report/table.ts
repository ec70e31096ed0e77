import { markdownTable } from 'markdown-table';

/** A Markdown table under a heading; columns named with a leading `>` are right-aligned. */
export function section(
  heading: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[] = [],
): string {
  const align = columns.map((name) => (name.startsWith('>') ? 'right' : 'left'));
  const header = columns.map((name) => name.replace(/^>/, ''));
  const table =
    rows.length > 0
      ? [markdownTable([header, ...rows.map((row) => [...row])], { align }), '']
      : notes.length > 0
        ? []
        : ['_nothing measured_', ''];
  return [`## ${heading}`, '', ...table, ...notes.flatMap((note) => [note, ''])].join('\n');
}
