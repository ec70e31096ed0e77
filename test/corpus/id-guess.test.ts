import { describe, expect, it } from 'vitest';
import { describeGuess, idGuesser } from '../../src/corpus/id-guess.ts';

const guess = idGuesser(new Set(['w-1', 'w-2', 'w-10', 'w-11']));
const numbers = idGuesser(new Set(['7', '8', '19']));

describe('the guess how unknown ids come from known ones', () => {
  for (const [name, ids, told] of [
    ['a prefix', ['x:w-1', 'x:w-10', 'x:w-11'], '"x:w-1" for "w-1" has a prefix'],
    ['a suffix', ['w-1#0', 'w-10#0'], '"w-1#0" for "w-1" has a suffix'],
    ['a prefix that is gone', ['1', '10', '11'], '"1" for "w-1" lacks a prefix'],
    ['case', ['W-1', 'W-2'], '"W-1" for "w-1" differs in case'],
  ] as const) {
    it(`is ${name}`, () => {
      const found = guess(ids);
      expect(found === null ? null : describeGuess(found)).toBe(told);
      expect(found?.explained).toBe(ids.length);
    });
  }

  it('is another writing of a number', () => {
    const found = numbers(['7.0', '008', '19.0']);
    expect(found === null ? null : describeGuess(found)).toBe(
      '"7.0" for "7" is another writing of a number',
    );
  });

  it('is none for ids of other documents, and none where most of the ids are of others', () => {
    expect(guess(['p-4', 'p-5'])).toBeNull();
    expect(guess(['x:w-1', 'p-4', 'p-5'])).toBeNull();
    expect(guess([])).toBeNull();
  });

  it('passes over ids that are known', () => {
    expect(guess(['w-1', 'w-2'])).toBeNull();
  });
});
