const MASKS: readonly (readonly [RegExp, string])[] = [
  // As deep as the folder that the tests run in.
  [/(?:\.\.\/)+etc\/passwd/g, '../etc/passwd'],
  // Progress is told only of what takes long.
  [/^bench: .* · (?:.*\/s|\d+ (?:s|min)\b).*\n/gm, ''],
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:PORT'],
  [/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{6}(-load)?/g, 'RUN$1'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
  [/\d{4}-\d\d-\d\d/g, 'DATE'],
  [/^.*\d+ cores, .* GiB, .*$/gm, 'MACHINE'],
  [/^\d+ × .* · load average .*$/gm, 'MACHINE'],
  [/retrieval-parity \d+\.\d+\.\d+/g, 'retrieval-parity VERSION'],
];

/** Which cells of a table hold what differs from run to run. */
export interface VaryingCells {
  /** Columns by their headings. */
  readonly columns: readonly string[];
  /** Only in rows that have this in them; all rows without it. */
  readonly rows?: RegExp;
}

/**
 * Replaces ports, ids, dates and machines by names and the cells named by `#`. Rows of tables lose their
 * padding, for the widths of columns follow from what is masked, and masked rows that are alike become one.
 */
export function mask(
  text: string,
  varying: readonly VaryingCells[] = [],
  folder: string | null = null,
): string {
  const local = folder === null ? text : text.replaceAll(folder, 'FOLDER');
  const named = MASKS.reduce((before, [pattern, name]) => before.replace(pattern, name), local);
  let heading: string[] | null = null;
  return named
    .split('\n')
    .map((line) => {
      if (!line.startsWith('| ')) {
        heading = null;
        return line;
      }
      const cells = cellsOf(line);
      if (heading === null) {
        heading = cells;
        return rowOf(cells);
      }
      if (cells.every((cell) => /^:?-+:?$/.test(cell))) {
        return rowOf(cells.map((cell) => cell.replace(/-+/, '-')));
      }
      const titles = heading;
      const masked = titles.map((title) =>
        varying.some(
          ({ columns, rows }) => columns.includes(title) && (rows === undefined || rows.test(line)),
        ),
      );
      return rowOf(cells.map((cell, at) => (masked[at] === true ? '#' : cell)));
    })
    .filter((line, at, lines) => !(line.includes('| # |') && line === lines[at - 1]))
    .join('\n');
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
