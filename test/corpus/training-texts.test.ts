import { expect, test } from 'vitest';
import { trainingTexts, vocabularyTerms } from '../../src/demo/corpus/training-texts.ts';
import { createWorkers } from '../../src/demo/corpus/workers.ts';
import { createNames } from '../../src/demo/corpus/world/names.ts';

test('training texts depend on count and seed alone, and a longer run begins like a shorter one', () => {
  const some = [...trainingTexts(50, 3)];
  expect([...trainingTexts(80, 3)].slice(0, 50)).toEqual(some);
  expect([...trainingTexts(50, 4)]).not.toEqual(some);
});

test('no training text is a document of a corpus with the same seed', () => {
  const workers = createWorkers(3, 200);
  const names = createNames();
  const texts = new Set(Array.from({ length: 200 }, (_, i) => workers.document(i, names).text));
  for (const text of trainingTexts(1_000, 3)) expect(texts.has(text)).toBe(false);
});

test('every other name of a role and every skill occurs in a few thousand training texts', () => {
  const all = [...trainingTexts(4_000, 1)].join('\n').toLowerCase();
  expect(vocabularyTerms().filter((term) => !all.includes(term.toLowerCase()))).toEqual([]);
});
