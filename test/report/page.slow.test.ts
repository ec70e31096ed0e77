import { expect, it } from 'vitest';
import { syntheticRun } from '../support/synthetic-run.ts';
import { dataOf, pageOf } from './page-of.ts';

it('the page of a run of 1,000 queries is at most 1 MB and holds every query', async () => {
  const page = await pageOf(
    syntheticRun({
      queries: 1000,
      documents: 400,
      tamper: (hits, { arm, queryIndex }) =>
        arm !== 'B'
          ? hits
          : queryIndex % 3 === 0
            ? hits.toReversed()
            : hits.filter(({ id }) => !id.endsWith('7')),
    }),
  );
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1_000_000);
  expect(dataOf(page).cells.map(({ queries }) => queries.length)).toEqual([800, 1000]);
});
