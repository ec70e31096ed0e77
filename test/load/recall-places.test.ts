import { expect, it } from 'vitest';
import { documentIndex } from '../../src/corpus/document-index.ts';
import { keyOf } from '../../src/corpus/document-key.ts';
import type { Query } from '../../src/corpus/types.ts';
import { recallBy } from '../../src/load/job/load-truth.ts';

const NAMES = ['jobs', 'workers'];
const COLLECTIONS = NAMES.map((name) => ({
  name,
  documents: [{ id: `${name}-1`, text: 'a', metadata: {} }],
}));
const SCORES = new Map([
  ['workers/workers-1', 0.9],
  ['jobs/jobs-1', 0.8],
]);
const truth = {
  list: () => ({
    keys: [...SCORES.keys()],
    scores: Float64Array.from(SCORES.values()),
    allowedCount: 2,
  }),
  exactScore: (_query: string, key: string) => SCORES.get(key) ?? null,
};
const query: Query = { id: 'q', need: 'n', text: 'a', slices: [], collections: NAMES };

it('recall under load places a hit without a collection as recall of answers does', () => {
  const recallOf = recallBy(truth, documentIndex(COLLECTIONS), 2);
  const ids = ['workers-1', 'jobs-1'];
  const named = { ids, collections: ['workers', 'jobs'] };
  const bare = { ids, collections: ['', ''] };
  expect(recallOf(named, query)).toBe(1);
  expect(recallOf(bare, query)).toBe(1);
});

it('recall under load leaves out the documents that are no answer to a query', () => {
  const recallOf = recallBy(truth, documentIndex(COLLECTIONS), 2);
  const ids = ['own', 'workers-1', 'jobs-1'];
  const answer = { ids, collections: ['workers', 'workers', 'jobs'] };
  expect(recallOf(answer, query)).toBe(0.5);
  expect(recallOf(answer, { ...query, excluded: [keyOf('workers', 'own')] })).toBe(1);
});
