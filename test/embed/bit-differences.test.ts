import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBitDifferences } from '../../src/embed/throughput.ts';

test('the shipped encoder gives the same bits at every batch size and number of threads', async () => {
  const folder = join(import.meta.dirname, '../../corpora/encoder');
  const texts = Array.from(
    { length: 23 },
    (_, i) => `nurse in Oslo ${'night shift '.repeat(i % 7)}`,
  );
  const differences = await findBitDifferences({
    folder,
    texts,
    batchSizes: [1, 2, 5, 23],
    threads: [1, 2],
  });
  expect(differences).toEqual([]);
});
