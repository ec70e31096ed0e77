import { expect, test } from 'vitest';
import { repeatedQueries, withNeeds } from '../../src/corpus/needs.ts';
import { importAndRead } from './import/harness.ts';

const base = { slices: ['plain'], collections: ['a'] };

test('equal texts are one need where none is given: after white space and case, with collections and filter', () => {
  const queries = withNeeds([
    { ...base, id: '1', text: 'How do I  reset it?' },
    { ...base, id: '2', text: ' how do i reset it? ' },
    { ...base, id: '3', text: 'How do I reset it?', collections: ['a', 'b'] },
    { ...base, id: '4', text: 'How do I reset it?', collections: ['b', 'a'] },
    { ...base, id: '5', text: 'How do I reset it?', filter: { x: 1, y: 2 } },
    { ...base, id: '6', text: 'How do I reset it?', filter: { y: 2, x: 1 } },
    { ...base, id: '7', text: 'Cafe\u0301' },
    { ...base, id: '8', text: 'caf\u00e9' },
    { ...base, id: '9', text: 'other' },
  ]);
  expect(queries.map(({ need }) => need)).toEqual(['1', '1', '3', '3', '5', '5', '7', '7', '9']);
});

test('a need that is given stands, and other queries with its text join it', () => {
  const queries = withNeeds([
    { ...base, id: '1', text: 'same' },
    { ...base, id: '2', text: 'same', need: 'n' },
    { ...base, id: '3', text: 'same', need: 'm' },
  ]);
  expect(queries.map(({ need }) => need)).toEqual(['n', 'n', 'm']);
  expect(repeatedQueries(queries)).toEqual([['1', '2', '3']]);
});

test('queries without a text are needs of their own', () => {
  const textless = { ...base, text: '', textless: true } as const;
  const queries = withNeeds([
    { ...textless, id: '1' },
    { ...textless, id: '2' },
  ]);
  expect(queries.map(({ need }) => need)).toEqual(['1', '2']);
  expect(repeatedQueries(queries)).toEqual([]);
});

test('an import of one question six hundred times is one need, and says so', async () => {
  const queries = Array.from(
    { length: 600 },
    (_, i) => `{"_id":"q${i}","text":"${i % 2 === 0 ? 'the question' : 'The  Question'}"}`,
  ).join('\n');
  const { corpus, made } = await importAndRead({
    'docs.jsonl': '{"_id":"d","text":"x"}',
    'queries.jsonl': queries,
  });
  expect(new Set(corpus.queries.map(({ need }) => need))).toEqual(new Set(['q0']));
  expect(made.notes).toEqual(['599 queries repeat the text of another: they are one need with it']);
});
