import { expect, it } from 'vitest';
import { listingGates } from '../../src/gate/stores/listing-gates.ts';
import type { ListedSide, ListingFinding } from '../../src/parity/findings.ts';

const NONE = { count: 0, named: [] };

function side(changed: Partial<ListedSide>): ListedSide {
  return {
    state: 'complete',
    detail: null,
    documents: 4,
    vectors: 0,
    repeated: 0,
    missing: NONE,
    missingAlone: NONE,
    extra: NONE,
    againstEmbeddings: null,
    ...changed,
  };
}

function stateOf(candidate: Partial<ListedSide>) {
  const listing: ListingFinding = {
    incumbent: side({}),
    candidate: side(candidate),
    between: null,
  };
  return listingGates({ listing })[0];
}

it('a document that is missing fails, unless a row that came twice may have come in its place', () => {
  const lost = { count: 1, named: ['c/a'] };
  expect(stateOf({})?.state).toBe('pass');
  expect(stateOf({ missing: lost, missingAlone: lost })?.state).toBe('fail');
  const moved = stateOf({ missing: lost, missingAlone: lost, repeated: 1 });
  expect(moved?.state).toBe('inconclusive');
  expect(moved?.reason).toContain('1 row came twice');
  const more = { count: 2, named: ['c/a', 'c/b'] };
  expect(stateOf({ missing: more, missingAlone: more, repeated: 1 })?.state).toBe('fail');
});
