import type { FileMetaData, RowGroup } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { withFooter } from '../tiny-files.ts';
import { rowsOf } from './read-here.ts';

const IDS = Array.from({ length: 8 }, (_, i) => `r${i}`);
const TEXTS = IDS.map((id) => `text of ${id}`);

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

const PLAIN: Columns = [
  { name: 'id', data: IDS, type: 'STRING' },
  { name: 'text', data: TEXTS, type: 'STRING' },
  { name: 'vector', data: IDS.map((_, i) => [i, i + 1]) },
];

/** A file of two row groups of four rows. */
function file(columnData: Columns): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 4 }));
}

function withGroups(change: (groups: readonly RowGroup[]) => RowGroup[]): Buffer {
  return withFooter(file(PLAIN), (footer: FileMetaData) => {
    const groups = change(footer.row_groups);
    const rows = groups.reduce((sum, group) => sum + group.num_rows, 0n);
    return { ...footer, num_rows: rows, row_groups: groups };
  });
}

test('a sound file of several row groups is read whole', async () => {
  expect(await rowsOf('parquet', file(PLAIN))).toEqual(IDS.map((id, i) => [id, TEXTS[i]]));
});

test('a group without rows, which writers leave, is none', async () => {
  const bytes = withGroups((groups) => {
    const [one] = groups as [RowGroup];
    const columns = one.columns.map(({ meta_data: chunk, ...column }) => ({
      ...column,
      ...(chunk && { meta_data: { ...chunk, num_values: 0n, total_compressed_size: 0n } }),
    }));
    return [...groups, { ...one, num_rows: 0n, columns }];
  });
  expect(await rowsOf('parquet', bytes)).toHaveLength(IDS.length);
});

test.each<[string, (groups: readonly RowGroup[]) => RowGroup[], RegExp]>([
  [
    'counts fewer rows than it holds',
    (groups) => groups.map((group) => ({ ...group, num_rows: 3n })),
    /row group 0: column \w+ has 4 rows, the group 3/,
  ],
  [
    'counts more rows than it holds',
    (groups) => groups.map((group) => ({ ...group, num_rows: 5n })),
    /row group 0: column \w+ has 4 rows, the group 5/,
  ],
  [
    'lacks a column in one group',
    ([one, other]) => [
      one as RowGroup,
      { ...(other as RowGroup), columns: other?.columns.slice(1) ?? [] },
    ],
    /row group 1 has other columns than the schema/,
  ],
  [
    'points at the texts of the first group from the second',
    ([one, other]) => {
      const [id, , vector] = other?.columns ?? [];
      const columns = [id, one?.columns[1], vector].filter((column) => column !== undefined);
      return [one as RowGroup, { ...(other as RowGroup), columns }];
    },
    /two of its columns lie at byte \d+/,
  ],
])('a footer that %s is refused', async (_, change, message) => {
  await expect(rowsOf('parquet', withGroups(change))).rejects.toThrow(message);
});

test('two columns of one name are refused: one of them would be left out', async () => {
  const twice: Columns = [...PLAIN, { name: 'text', data: IDS, type: 'STRING' }];
  await expect(rowsOf('parquet', file(twice))).rejects.toThrow(/two columns are called "text"/);
});

test('a column called __proto__ is refused', async () => {
  const odd: Columns = [...PLAIN, { name: '__proto__', data: IDS, type: 'STRING' }];
  await expect(rowsOf('parquet', file(odd))).rejects.toThrow(/a column called __proto__/);
});

test('a dictionary that is shorter than its pages say is refused', async () => {
  const kinds = IDS.map((_, i) => `kind ${i % 2}`);
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: IDS, type: 'STRING', encoding: 'PLAIN' },
        { name: 'text', data: kinds, type: 'STRING', encoding: 'RLE_DICTIONARY' },
      ],
      codec: 'UNCOMPRESSED',
    }),
  );
  expect((await rowsOf('parquet', bytes))[1]).toEqual(['r1', 'kind 1']);
  // The header of the dictionary's page says two values: one.
  const page = bytes.indexOf('kind 0') - 4;
  const count = bytes.lastIndexOf(Buffer.of(0x15, 0x04), page);
  bytes[count + 1] = 0x02;
  await expect(rowsOf('parquet', bytes)).rejects.toThrow(/row 1: column text has no value/);
});
