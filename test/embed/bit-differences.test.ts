import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBitDifferences } from '../../src/embed/throughput.ts';
import { folderWith, handFiles, handGraph } from './small-model.ts';

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

test('an encoder that lets padding into its vectors is caught, with the batches that show it', async () => {
  const leaky = handGraph({
    outputs: [{ name: 'pooled', type: 'float32', shape: ['batch', 3] }],
    nodes: [
      { operation: 'Gather', inputs: ['table', 'input_ids'], outputs: ['tokens'] },
      {
        operation: 'ReduceMean',
        inputs: ['tokens'],
        outputs: ['pooled'],
        attributes: { axes: [1], keepdims: 0 },
      },
    ],
    inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] }],
  });
  const folder = await folderWith({
    ...handFiles(),
    'onnx/model.onnx': leaky,
    'encoder.json': { output: 'pooled', pooling: 'none' },
  });
  const differences = await findBitDifferences({
    folder,
    texts: ['a', 'a b a b', 'b a b a'],
    batchSizes: [1, 3],
    threads: [1],
  });
  expect(differences).toEqual([{ batchSize: 3, threads: 1, texts: 1 }]);
});
