import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';
import { type Study, studySchema } from './study.ts';

/** Name of the entry of the file's metadata that holds everything but the values. */
const STUDY_KEY = 'study';

const rowsSchema = z.array(
  z.object({
    group: z.string(),
    value: z.number().nullable(),
    setting: z.string(),
    measure: z.string(),
  }),
);

/**
 * A study as a Parquet file: a row a value (`group`, `setting`, `measure`, `query`, `value`), cell by cell, and all
 * else as JSON in the metadata of the file. Plain pages in gzip, which short readers read too.
 */
export function encodeStudy(study: Study): Uint8Array {
  const rows = study.groups.flatMap(({ name, cells }) =>
    cells.flatMap(({ setting, measure, values }) =>
      values.map((value, query) => ({ group: name, setting, measure, query, value })),
    ),
  );
  const text = (name: 'group' | 'setting' | 'measure') => ({
    ...({ name, type: 'STRING', nullable: false, encoding: 'PLAIN' } as const),
    data: rows.map((row) => row[name]),
  });
  const bare = {
    ...study,
    groups: study.groups.map((group) => ({
      ...group,
      cells: group.cells.map(({ values, ...cell }) => ({ ...cell, count: values.length })),
    })),
  };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        text('group'),
        text('setting'),
        text('measure'),
        {
          ...{ name: 'query', type: 'INT32', nullable: false, encoding: 'PLAIN' },
          data: Int32Array.from(rows, ({ query }) => query),
        },
        {
          ...{ name: 'value', type: 'DOUBLE', nullable: true, encoding: 'PLAIN' },
          data: rows.map(({ value }) => value),
        },
      ],
      codec: 'GZIP',
      compressors: { GZIP: (input) => gzipSync(input, { level: 9 }) },
      kvMetadata: [{ key: STUDY_KEY, value: JSON.stringify(bare) }],
    }),
  );
}

/** @throws ZodError where the file is no study, RangeError where its rows are not those of its cells. */
export async function decodeStudy(bytes: Uint8Array): Promise<Study> {
  const file = Uint8Array.from(bytes).buffer;
  const metadata = parquetMetadata(file);
  const entry = metadata.key_value_metadata?.find(({ key }) => key === STUDY_KEY);
  const bare = z
    .looseObject({
      groups: z.array(
        z.looseObject({
          name: z.string(),
          cells: z.array(
            z.looseObject({ setting: z.string(), measure: z.string(), count: z.int() }),
          ),
        }),
      ),
    })
    .parse(JSON.parse(entry?.value ?? 'null'));
  const rows = rowsSchema.parse(
    await parquetReadObjects({
      ...{ file, metadata },
      compressors: { GZIP: (input) => new Uint8Array(gunzipSync(input)) },
    }),
  );
  let from = 0;
  const groups = bare.groups.map((group) => ({
    ...group,
    cells: group.cells.map(({ count, ...cell }) => {
      const own = rows.slice(from, from + count);
      from += count;
      const isOwn = ({ group: name, setting, measure }: (typeof rows)[number]): boolean =>
        name === group.name && setting === cell.setting && measure === cell.measure;
      if (own.length !== count || !own.every(isOwn)) {
        throw new RangeError(
          `${group.name}, ${cell.setting}, ${cell.measure}: rows of another cell`,
        );
      }
      return { ...cell, values: own.map(({ value }) => value) };
    }),
  }));
  if (from !== rows.length) throw new RangeError(`${rows.length - from} rows of no cell`);
  return studySchema.parse({ ...bare, groups });
}
