import { describe, expect, it } from 'vitest';
import { rowDifferences } from '../../src/shadow/judge/differences.ts';
import type { ShadowAnswer, ShadowRow } from '../../src/shadow/record/shadow-record.ts';
import { recallOfPair } from '../../src/traffic/compare-answers.ts';

const TRUTH = ['a', 'b', 'c', 'd'];

function answer(ids: readonly string[] | null): ShadowAnswer {
  const given = ids ?? [];
  return {
    outcome: ids === null ? 'http' : 'ok',
    status: ids === null ? 500 : 200,
    ids: given,
    collections: given.map(() => 'all'),
    similarities: given.map((_, rank) => 1 - rank / 10),
    latencyMs: 5,
    violations: [],
  };
}

/** What a request says of recall. */
function difference(
  incumbent: readonly string[] | null,
  candidate: readonly string[] | null,
): number | null {
  const [own, other] = [answer(incumbent), answer(candidate)];
  const recallOf = ({ ids }: { readonly ids: readonly string[] }) =>
    ids.filter((id) => TRUTH.includes(id)).length / TRUTH.length;
  const row: ShadowRow = {
    atMs: 0,
    epoch: 'one',
    need: 'need',
    operation: 'search',
    collections: ['all'],
    k: 4,
    filtered: false,
    text: null,
    incumbent: own,
    again: null,
    candidate: other,
    recall: recallOfPair(own, other, recallOf),
  };
  return rowDifferences(row, null).recall;
}

describe('recall of mirrored requests', () => {
  it('is compared by as many rows as the incumbent gave', () => {
    expect(difference(TRUTH, TRUTH)).toBe(0);
    expect(difference(TRUTH, ['a', 'b', 'x', 'd'])).toBe(-0.25);
    expect(difference(['a'], TRUTH)).toBe(0);
    expect(difference(['a', 'b'], ['a', 'x', 'b', 'c'])).toBe(-0.25);
    expect(difference(['a', 'x'], TRUTH)).toBe(0.25);
    expect(difference(TRUTH, ['a'])).toBe(-0.75);
    expect(difference(TRUTH, [])).toBe(-1);
  });

  it('has no value where the incumbent gave no row, or a side failed: errors are judged as errors', () => {
    expect(difference([], TRUTH)).toBeNull();
    expect(difference(null, TRUTH)).toBeNull();
    expect(difference(TRUTH, null)).toBeNull();
    expect(difference(null, null)).toBeNull();
  });
});
