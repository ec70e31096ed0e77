import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../src/retrieve/page/difference.ts';

const SCORES: Readonly<Record<string, number>> = { a: 0.9, b: 0.8, 'b-twin': 0.8, c: 0.7 };
const exactly = (key: string): number | null => SCORES[key] ?? null;

describe('how two lists differ', () => {
  it.each([
    [['a', 'b', 'c'], ['a', 'b', 'c'], 'the same'],
    [['a', 'b', 'b-twin', 'c'], ['a', 'b-twin', 'b', 'c'], 'tied order'],
    // One of two twins is cut off by k.
    [['a', 'b'], ['a', 'b-twin'], 'tied order'],
    [['a', 'b', 'c'], ['a', 'c', 'b'], 'other order'],
    [['b', 'a', 'b-twin'], ['b-twin', 'b', 'a'], 'other order'],
    [['a', 'b'], ['a', 'c'], 'other documents'],
    [['a', 'b'], ['a'], 'other documents'],
    // Twice the same document is a lost one.
    [['b', 'b-twin'], ['b', 'b'], 'other documents'],
    // Of documents whose scores nobody knows nothing is tied.
    [['x', 'y'], ['y', 'x'], 'other order'],
  ])('%j and %j: %s', (one, other, difference) => {
    expect(differenceOf([one, other], exactly)).toBe(difference);
  });

  it('says that a side failed', () => expect(differenceOf(null, exactly)).toBe('failed'));
});
