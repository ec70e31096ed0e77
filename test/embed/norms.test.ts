import { expect, it } from 'vitest';
import { loadCorpus } from '../../src/corpus/load.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';

it('gives every document and query of workers-200 a raw length of about 20 to 23, spread over that range', async () => {
  const corpus = await loadCorpus('corpora/workers-200');
  const encoder = await loadEncoder('corpora/encoder');
  const texts = [
    ...corpus.collections.flatMap(({ documents }) => documents.map(({ text }) => text)),
    ...corpus.queries.map(({ text }) => text),
  ];
  const lengths = (await encoder.embed(texts, 'raw')).map((vector) => Math.hypot(...vector));
  const sorted = Float64Array.from(lengths).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  expect(at(0)).toBeGreaterThanOrEqual(19.8);
  expect(sorted.filter((length) => length < 20)).toHaveLength(1);
  expect(at(1)).toBeLessThanOrEqual(23);
  expect(at(0.05)).toBeLessThanOrEqual(20.7);
  expect(at(0.95)).toBeGreaterThanOrEqual(22.3);
  await encoder.close();
});
