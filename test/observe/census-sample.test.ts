import { expect, test } from 'vitest';
import { configFrom } from '../../src/config/resolve.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import { censusSample } from '../../src/observe/census-sample.ts';

const documents = Array.from({ length: 12_000 }, (_, at) => ({ id: `d${at}`, text: `text ${at}` }));
const corpus = { collections: [{ name: 'c', documents }] } as unknown as Corpus;

test.each([
  [{}, 10_000],
  [{ quality: { maxCensusDocuments: 700 } }, 700],
  [{ quality: { maxCensusDocuments: 20_000 } }, 12_000],
])('a census of %j asks %i documents, the same ones each time', async (value, count) => {
  const { config } = await configFrom(value);
  const { maxCensusDocuments } = config.quality;
  const keys = censusSample(corpus, config.seed, maxCensusDocuments);
  expect(new Set(keys).size).toBe(count);
  expect(censusSample(corpus, config.seed, maxCensusDocuments)).toEqual(keys);
});
