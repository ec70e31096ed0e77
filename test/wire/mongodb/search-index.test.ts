import { expect, it } from 'vitest';
import { findSearchIndex } from '../../../src/wire/mongodb/search-index.ts';

const { signal } = new AbortController();

it.each([0, -1, 1.5, 2 ** 31, 'many', null])(
  'no vectors have %s dimensions',
  async (numDimensions) => {
    const field = { type: 'vector', path: 'v', similarity: 'cosine', numDimensions };
    const collection = {
      listSearchIndexes: async function* () {
        yield {
          name: 'i',
          status: 'READY',
          queryable: true,
          latestDefinition: { fields: [field] },
        };
      },
    };
    const options = { index: 'i', vectorField: 'v' };
    await expect(findSearchIndex(collection as never, options as never, signal)).rejects.toThrow(
      'search index i has vectors of',
    );
  },
);
