import { expect, test } from 'vitest';
import { openStoredVectors, readWholeTable } from '../../src/record/vectors/stored-vectors.ts';
import { VectorWriter } from '../../src/record/vectors/vector-writer.ts';
import { temporaryFolder } from './fixtures.ts';

test.each([
  ['numbers', { valuesPerFile: 6 }],
  ['rows', { rowsPerFile: 2 }],
])('a file is full by its %s, and no row is lost between two', async (_what, options) => {
  const folder = await temporaryFolder();
  const writer = new VectorWriter(folder, options);
  for (let row = 0; row < 5; row++) {
    await writer.add('documents', [`d${row}`], 3, Float32Array.of(row, 0, 1));
  }
  await writer.add('queries', ['q'], 3, Float32Array.of(1, 1, 1));
  await writer.end('a test');
  const stored = await openStoredVectors(folder);
  expect(stored?.documents.blocks.map(({ rowCount }) => rowCount)).toEqual([2, 2, 1]);
  const whole = stored === null ? null : await readWholeTable(stored.documents);
  expect(whole?.ids).toEqual(['d0', 'd1', 'd2', 'd3', 'd4']);
  expect([...(whole?.values ?? [])].filter((_, at) => at % 3 === 0)).toEqual([0, 1, 2, 3, 4]);
});
