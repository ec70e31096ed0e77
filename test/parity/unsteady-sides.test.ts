import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/corpus/document-key.ts';
import type { QueryAnswers } from '../../src/parity/cell/answers.ts';
import { unsteadySides } from '../../src/parity/cell/doubts/unsteady.ts';
import type { References } from '../../src/parity/cell/query-metrics.ts';
import type { Observation } from '../../src/record/types.ts';

const K = 3;
/** `b` and its twin are equally near, and so are `c` and its; the cut at 3 rows goes through them. */
const EXACT = new Map([
  ['things/a', 0.9],
  ['things/b', 0.8],
  ['things/b-twin', 0.8],
  ['things/c', 0.7],
  ['things/c-twin', 0.7],
]);

const knowing = (exact: ReadonlyMap<string, number>): References => {
  const reference = {
    exact: { keys: [...exact.keys()], scores: [...exact.values()] },
    exactScore: (key: string) => exact.get(key) ?? null,
    ties: new Map(),
    nearest: [],
    grades: new Map(),
  };
  return () => reference;
};

function answered(
  at: number,
  candidate: readonly (readonly string[])[],
  scores: readonly number[] = [0.9, 0.8, 0.7],
): QueryAnswers {
  const answer = (ids: readonly string[] = []) => ({
    keys: ids.map((id) => keyOf('things', id)),
    observation: {
      similarities: scores,
      startedMs: at,
      firstTouch: true,
    } as unknown as Observation,
  });
  const same = ['a', 'b', 'c'];
  const query = {
    id: `q-${at}`,
    need: `n-${Math.floor(at / 2)}`,
    text: `question ${at}`,
    slices: [],
    collections: ['things'],
  };
  const [first, second] = candidate;
  const arms = { A: answer(same), A2: answer(same), B: answer(first), B2: answer(second) };
  return { query, arms };
}

const found = (answers: readonly QueryAnswers[], references = knowing(EXACT)) =>
  unsteadySides({ answers, scores: [], k: K, references });

describe('two answers of one side to one query', () => {
  it('are other answers by need where they hold other documents', () => {
    const answers = Array.from({ length: 40 }, (_, at) =>
      answered(at, [['a', 'b', 'c'], at < 2 || at === 10 ? ['a', 'b', 'x'] : ['a', 'b', 'c']]),
    );
    expect(found(answers)).toMatchObject([
      {
        side: 'candidate',
        queries: 40,
        differing: 3,
        needs: { asked: 20, differing: 2, lower: expect.closeTo(0.018, 3) },
      },
    ]);
  });

  it.each([
    ['in another order', ['a', 'b', 'b-twin'], ['a', 'b-twin', 'b']],
    ["in each other's place at the cut", ['a', 'b', 'c'], ['a', 'b', 'c-twin']],
    ["of two groups in each other's place", ['a', 'b', 'c'], ['a', 'c-twin', 'b-twin']],
  ])('are no other answers where equally near documents stand %s', (_, first, second) => {
    expect(found([answered(0, [first, second])])).toEqual([]);
  });

  it('are other answers where a farther document is in the place of a nearer one', () => {
    expect(
      found([
        answered(0, [
          ['a', 'b', 'b-twin'],
          ['a', 'b', 'c'],
        ]),
      ]),
    ).toHaveLength(1);
  });

  it('are told apart by their own scores where truth knows none', () => {
    const unknown = knowing(new Map());
    const twice = [
      ['a', 'b', 'c'],
      ['a', 'b', 'x'],
    ];
    expect(found([answered(0, twice)], unknown)).toEqual([]);
    const others = [
      ['a', 'b', 'c'],
      ['a', 'x', 'c'],
    ];
    expect(found([answered(0, others, [0.9, Number.NaN, 0.7])], unknown)).toHaveLength(1);
  });

  it('show nothing where neither has a row though documents match', () => {
    const answers = [answered(0, [[], []]), answered(2, [['a', 'b', 'c'], []])];
    expect(found(answers)).toMatchObject([
      { side: 'candidate', queries: 1, differing: 1, needs: { asked: 1, differing: 1 } },
    ]);
  });
});
