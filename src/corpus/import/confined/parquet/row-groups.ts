import { type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { counted } from '../../../../counted.ts';
import { checkColumnNames, checkShape, importProblem } from '../../problem.ts';
import type { ConfinedTask } from '../protocol.ts';

/** Largest row group that is unpacked into memory. */
export const MAX_GROUP_BYTES = 512 << 20;

/** A group of more rows than this is taken for a footer that lies. */
const MAX_GROUP_ROWS = 1 << 23;

/**
 * Number and rows of each group that has some, once the footer has been compared with the file.
 * @throws UsageError where it cannot be true
 */
export function rowGroups(
  metadata: FileMetaData,
  { path, sizeBytes }: ConfinedTask,
): (readonly [number: number, rows: number])[] {
  checkShape(path, Number(metadata.num_rows), 1);
  checkNames(path, metadata);
  checkChunks(path, metadata);
  const counts = metadata.row_groups.map((group, number) => {
    let packed = 0;
    let unpacked = 0;
    for (const { meta_data: column } of group.columns) {
      packed += Number(column?.total_compressed_size ?? 0);
      unpacked += Number(column?.total_uncompressed_size ?? 0);
    }
    if (!(packed >= 0 && packed <= sizeBytes && unpacked >= 0)) {
      throw damaged(path, `row group ${number} claims ${packed} bytes in a file of ${sizeBytes}`);
    }
    if (unpacked > MAX_GROUP_BYTES) {
      throw importProblem(
        'row-group',
        path,
        `row group ${number} unpacks to ${unpacked} bytes`,
        `write row groups of less than ${MAX_GROUP_BYTES} bytes, e.g. 50,000 rows each`,
      );
    }
    const rows = Number(group.num_rows);
    if (rows > MAX_GROUP_ROWS) {
      throw importProblem(
        'row-group',
        path,
        `row group ${number} claims ${counted(rows, 'row')}`,
        `a row group holds at most ${MAX_GROUP_ROWS} rows: write e.g. 50,000 rows in each, or fetch the file again`,
      );
    }
    return rows;
  });
  const sum = counts.reduce((total, count) => total + count, 0);
  if (counts.some((count) => !(count >= 0)) || sum !== Number(metadata.num_rows)) {
    throw damaged(
      path,
      `its row groups hold ${counted(sum, 'row')}, its footer says ${metadata.num_rows}`,
    );
  }
  return [...counts.entries()].filter(([, count]) => count > 0);
}

/** The metadata of one row group alone, which is read by itself, one row longer than it is. */
export function oneGroup(metadata: FileMetaData, number: number): FileMetaData {
  const groups = metadata.row_groups.slice(number, number + 1);
  const longer = groups.map((group) => ({ ...group, num_rows: group.num_rows + 1n }));
  return { ...metadata, row_groups: longer, num_rows: longer[0]?.num_rows ?? 0n };
}

/** Counts the rows of each column of a group, page by page. */
export function columnLengths(): {
  readonly onPage: (page: { readonly pathInSchema: string[]; readonly rowEnd: number }) => void;
  /** @throws UsageError where one of these columns has another number of rows than its group */
  readonly check: (
    place: string,
    group: RowGroup | undefined,
    names: readonly string[],
    rows: number,
  ) => void;
} {
  const lengths = new Map<string, number>();
  return {
    onPage: ({ pathInSchema, rowEnd }) => {
      lengths.set(pathInSchema.join('.'), rowEnd);
    },
    check: (place, group, names, rows) => {
      for (const { meta_data: chunk } of group?.columns ?? []) {
        const path = chunk?.path_in_schema ?? [];
        const held = lengths.get(path.join('.')) ?? 0;
        if (held === rows || !names.includes(path[0] ?? '')) continue;
        throw damaged(
          place,
          `column ${path.join('.')} has ${counted(held, 'row')}, the group ${rows}`,
        );
      }
    },
  };
}

/** Names of the columns that have one value a row, or null. */
export function plainColumns(metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.flatMap(({ element, children }) =>
    children.length === 0 && element.repetition_type !== 'REPEATED' ? [element.name] : [],
  );
}

/** The error for a file that contradicts itself. */
export function damaged(place: string, what: string): Error {
  return importProblem(
    'unreadable',
    place,
    what,
    'fetch the file again: it was cut short, or is no Parquet file',
  );
}

function checkNames(path: string, metadata: FileMetaData): void {
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  checkColumnNames(path, names, 'write the file again with another name for one of them');
  // The library gives rows as objects, in which such a name is none.
  if (names.includes('__proto__')) throw damaged(path, 'it has a column called __proto__');
}

/**
 * Each group has a chunk for each column of the schema, and no two chunks lie at the same bytes.
 * @throws UsageError
 */
function checkChunks(path: string, metadata: FileMetaData): void {
  const leaves = leavesOf(parquetSchema(metadata)).sort().join();
  const ranges: (readonly [start: number, end: number])[] = [];
  for (const [number, { columns }] of metadata.row_groups.entries()) {
    const chunks = columns.flatMap(({ meta_data: chunk }) => (chunk === undefined ? [] : [chunk]));
    const paths = chunks.map((chunk) => chunk.path_in_schema.join('.'));
    if (paths.sort().join() !== leaves) {
      throw damaged(path, `row group ${number} has other columns than the schema`);
    }
    for (const { dictionary_page_offset: first, data_page_offset, ...chunk } of chunks) {
      const start = Number(first || data_page_offset);
      const size = Number(chunk.total_compressed_size);
      // Chunks of a group without rows may lie anywhere.
      if (size > 0) ranges.push([start, start + size]);
    }
  }
  ranges.sort(([a], [b]) => a - b);
  for (const [at, [start]] of ranges.entries()) {
    const before = ranges[at - 1];
    if (before !== undefined && start < before[1]) {
      throw damaged(path, `two of its columns lie at byte ${start}`);
    }
  }
}

function leavesOf(tree: SchemaTree): string[] {
  return tree.children.length === 0 ? [tree.path.join('.')] : tree.children.flatMap(leavesOf);
}
