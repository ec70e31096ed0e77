import { expect, test } from 'vitest';
import { firstNamed } from '../../src/counted.ts';

test('the first names are listed, and the others are counted', () => {
  expect(firstNamed([], 2)).toBe('');
  expect(firstNamed(['a', 'b'], 2)).toBe('a, b');
  expect(firstNamed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(firstNamed(['a', 'b', 'c'], 2, { between: '; ' })).toBe('a; b and 1 more');
  expect(firstNamed(['a', 'b', 'c'], 2, { of: 7 })).toBe('a, b and 5 more');
});
