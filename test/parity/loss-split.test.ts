import { expect, it } from 'vitest';
import type { AttributionInput, RankedAnswer } from '../../src/attribution/types.ts';
import { lossSplits } from '../../src/parity/cell/hard/loss-split.ts';
import type { TruthLookup } from '../../src/truth/types.ts';

const KEYS = ['c/a', 'c/b', 'c/d', 'c/e', 'c/f', 'c/g'];
const SCORES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
const truth = {
  list: () => ({ keys: KEYS.slice(0, 4), scores: SCORES.slice(0, 4), allowedCount: 6 }),
  exactScore: (_query: string, key: string) => SCORES[KEYS.indexOf(key)] ?? null,
} as unknown as TruthLookup;

const answer = (...keys: string[]): RankedAnswer => ({
  keys: keys.map((key) => `c/${key}`),
  scores: keys.map(() => 0),
  k: 4,
});

/** A plain query and a filtered one, asked of a side by its index and by its own exact search. */
function asked(
  answers: readonly [RankedAnswer, RankedAnswer],
  exact: readonly [RankedAnswer, RankedAnswer] | null,
): AttributionInput {
  const query = (id: string, filter: { half: string } | null) => ({
    id,
    text: id,
    collections: ['c'],
    filter,
    weight: 1,
    noise: { incumbent: null, candidate: null },
  });
  const table = { ids: [], dimension: 1, values: new Float32Array() };
  const side = (own: readonly RankedAnswer[], best: readonly RankedAnswer[] | null) => ({
    documents: table,
    queries: table,
    answers: new Map(own.map((one, at) => [`q${at}`, one])),
    deep: new Map(),
    byVector: new Map(),
    census: new Map(),
    ...(best === null ? {} : { exact: new Map(best.map((one, at) => [`q${at}`, one])) }),
  });
  const whole = answer('a', 'b', 'd', 'e');
  return {
    k: 4,
    collections: [],
    queries: [query('q0', null), query('q1', { half: 'even' })],
    sides: { incumbent: side([whole, whole], null), candidate: side(answers, exact) },
    seed: 1,
  };
}

it('a loss is split into what the side holds, what its graph does not find, and filters', () => {
  const best = answer('a', 'b', 'd', 'f', 'g');
  const input = asked([answer('a', 'b', 'f', 'g'), answer('a')], [best, best]);
  const [split, ...more] = lossSplits(input, truth);
  expect(more).toEqual([]);
  expect(split).toEqual({
    side: 'candidate',
    queries: 2,
    held: 0.25,
    graph: 0.125,
    filter: 0.25,
    loss: 0.625,
  });
});

it('is not split where a side has no exact search of its own', () => {
  const whole = answer('a', 'b', 'd', 'e');
  expect(lossSplits(asked([whole, whole], null), truth)).toEqual([]);
});
