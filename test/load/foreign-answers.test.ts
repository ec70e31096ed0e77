import { describe, expect, it } from 'vitest';
import type { Query } from '../../src/corpus/types.ts';
import { foreignAnswers, suspectAnswers } from '../../src/load/find/answers/foreign-answers.ts';
import { type AnswerRow, answerRow, answersOf } from '../../src/load/record/answer-rows.ts';

const query = (id: string, text: string): Query => ({
  id,
  need: id,
  text,
  slices: [],
  collections: ['workers'],
});
const QUERIES = [query('a', 'welders'), query('b', 'nurses'), query('c', 'welders')];
const IDS = QUERIES.map(({ id }) => id);
const said = (id: string, score = 0.5) => ({
  ids: [id],
  collections: ['workers'],
  rawScores: [score],
});
const known = (...rows: AnswerRow[]) => answersOf(rows, IDS);

describe('answers that belong to another request', () => {
  it('are equal to an answer to another question, while the side answers otherwise when asked alone', () => {
    const answers = known(
      answerRow('a', 1, said('w-1')),
      answerRow('b', 1, said('w-2')),
      answerRow('b', 2, said('w-1')),
      answerRow('a', 0, said('w-1')),
      answerRow('b', 0, said('w-2')),
    );
    expect(suspectAnswers(QUERIES, answers).map((row) => `${row.query}/${row.variant}`)).toEqual([
      '0/1',
      '1/2',
    ]);
    const isForeign = foreignAnswers(QUERIES, answers);
    expect([isForeign(0, 1), isForeign(1, 1), isForeign(1, 2)]).toEqual([false, false, true]);
  });

  it('are none where two questions are answered alike, which the side bears out when asked alone', () => {
    const answers = known(
      answerRow('a', 1, said('w-1')),
      answerRow('b', 1, said('w-1')),
      answerRow('a', 0, said('w-1')),
      answerRow('b', 0, said('w-1')),
    );
    expect(suspectAnswers(QUERIES, answers)).toHaveLength(2);
    expect(foreignAnswers(QUERIES, answers)(1, 1)).toBe(false);
  });

  it('are not suspected of the same question, of another score, of empty lists or of what cannot be read', () => {
    const answers = known(
      answerRow('a', 1, said('w-1')),
      answerRow('c', 1, said('w-1')),
      answerRow('b', 1, said('w-1', 0.4)),
      answerRow('a', 2, { ids: [], collections: [], rawScores: [] }),
      answerRow('b', 2, { ids: [], collections: [], rawScores: [] }),
      answerRow('a', 3, null),
      answerRow('b', 3, null),
    );
    expect(suspectAnswers(QUERIES, answers)).toEqual([]);
    expect([answers.of(0, 3), answers.of(0, 9)]).toEqual([null, undefined]);
  });

  it('are not called so where the side was not asked alone', () => {
    const answers = known(answerRow('a', 1, said('w-1')), answerRow('b', 1, said('w-1')));
    expect(foreignAnswers(QUERIES, answers)(1, 1)).toBe(false);
  });
});
