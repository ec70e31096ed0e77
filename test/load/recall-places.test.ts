import { expect, it } from 'vitest';
import { documentIndex } from '../../src/corpus/document-index.ts';
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
  const hit = (id: string, collection: string | null) => ({
    id,
    collection,
    rawScore: 1,
    similarity: 1,
  });
  const named = [hit('workers-1', 'workers'), hit('jobs-1', 'jobs')];
  const bare = [hit('workers-1', null), hit('jobs-1', null)];
  expect(recallOf(named, query)).toBe(1);
  expect(recallOf(bare, query)).toBe(1);
});
