import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import {
  encodeParquet,
  type ParquetColumn,
  writeQueriesParquet,
} from '../../src/record/tables/queries-parquet.ts';
import { temporaryFolder } from './fixtures.ts';

test('rows written with hyparquet-writer are read back by hyparquet', async () => {
  const row = fc.record({
    query: fc.option(fc.string({ unit: 'binary' })),
    recall: fc.option(fc.double({ noNaN: true })),
    rank: fc.option(fc.integer()),
    ok: fc.option(fc.boolean()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
      const columns: ParquetColumn[] = [
        { name: 'query', type: 'string', values: rows.map(({ query }) => query) },
        { name: 'recall', type: 'double', values: rows.map(({ recall }) => recall) },
        { name: 'rank', type: 'int32', values: rows.map(({ rank }) => rank) },
        { name: 'ok', type: 'boolean', values: rows.map(({ ok }) => ok) },
      ];
      const bytes = encodeParquet(columns);
      expect(await parquetReadObjects({ file: bytes.slice().buffer })).toEqual(rows);
      expect(encodeParquet(columns)).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

test('a NaN is written as null, and the file stands whole in its place', async () => {
  const path = join(await temporaryFolder(), 'queries.parquet');
  await writeQueriesParquet(path, [{ name: 'x', type: 'double', values: [1, Number.NaN, null] }]);
  const file = new Uint8Array(await readFile(path)).buffer;
  expect(await parquetReadObjects({ file })).toEqual([{ x: 1 }, { x: null }, { x: null }]);
});

test('columns that do not fit together are refused', () => {
  const x = { name: 'x', type: 'double', values: [1] } as const;
  expect(() => encodeParquet([x, { ...x, name: 'y', values: [] }])).toThrow('0 values, not 1');
  expect(() => encodeParquet([x, x])).toThrow('two columns are named x');
  expect(() => encodeParquet([{ ...x, type: 'int32', values: [1.5] }])).toThrow('whole number');
});
