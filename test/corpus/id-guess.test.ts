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

  it('is a number that was rounded', () => {
    const large = idGuesser(new Set(['1980941545339129858', '1980941545339129903', '7']));
    for (const ids of [
      ['1980941545339129900'],
      ['1980941545339129856'],
      ['1.9809415453391299e+18'],
    ]) {
      const found = large(ids);
      expect(found === null ? null : describeGuess(found)).toBe(
        `"${ids[0]}" for "1980941545339129858" is that number rounded, beyond 2^53: ids must be read and written as texts`,
      );
    }
  });

  const padded = idGuesser(new Set(['w-7', 'w-8', 'w-19', 'w-100']));
  const wide = idGuesser(new Set(['w-007', 'w-008', 'w-019', 'w-100']));
  for (const [name, ask, ids, told] of [
    [
      'zeros before a number',
      numbers,
      ['007', '008', '019'],
      '"007" for "7" is another writing of a number',
    ],
    [
      'zeros within an id',
      padded,
      ['w-007', 'w-008', 'w-019'],
      '"w-007" for "w-7" is another writing of a number',
    ],
    [
      'zeros that are gone',
      wide,
      ['w-7', 'w-8', 'w-19'],
      '"w-7" for "w-007" is another writing of a number',
    ],
    [
      'zeros and case',
      padded,
      ['W-007', 'W-008', 'W-019', 'W-100'],
      '"W-007" for "w-7" differs in case and is another writing of a number',
    ],
    [
      'zeros and a prefix',
      numbers,
      ['x:007', 'x:008', 'x:019'],
      '"x:007" for "7" has a prefix and is another writing of a number',
    ],
    [
      'zeros and a suffix',
      numbers,
      ['007#a', '008#a', '019#a'],
      '"007#a" for "7" has a suffix and is another writing of a number',
    ],
    [
      'zeros and a prefix that is gone',
      padded,
      ['007', '008', '019', '100'],
      '"007" for "w-7" lacks a prefix and is another writing of a number',
    ],
    [
      'a prefix and zeros that are gone',
      wide,
      ['7', '8', '19', '100'],
      '"7" for "w-007" lacks a prefix and is another writing of a number',
    ],
    [
      'a prefix and case',
      padded,
      ['x:W-7', 'x:W-8'],
      '"x:W-7" for "w-7" has a prefix and differs in case',
    ],
    [
      'a suffix and case',
      padded,
      ['W-7.txt', 'W-8.txt'],
      '"W-7.txt" for "w-7" has a suffix and differs in case',
    ],
    [
      'a prefix, case and zeros',
      padded,
      ['x:w-100', 'x:W-007', 'x:W-008'],
      '"x:W-007" for "w-7" has a prefix and differs in case and is another writing of a number',
    ],
    [
      'numbers beyond 2^53',
      idGuesser(new Set(['9007199254740993', '9007199254740995'])),
      ['0009007199254740993', '0009007199254740995'],
      '"0009007199254740993" for "9007199254740993" is another writing of a number',
    ],
  ] as const) {
    it(`is ${name}`, () => {
      const found = ask(ids);
      expect(found === null ? null : describeGuess(found)).toBe(told);
      expect(found?.explained).toBe(ids.length);
      expect(found?.originals).toHaveLength(ids.length);
    });
  }

  it('is the prefix alone where the numbers that all ids begin with are chance', () => {
    const chance = idGuesser(new Set(['w-11', 'w-12', 'w-130']));
    expect(chance(['11', '12', '130'])?.affix).toBe('w-');
  });

  it('is none where several ids of the corpus would be meant', () => {
    expect(idGuesser(new Set(['7', '07', 'x']))(['007'])?.kind ?? null).not.toBe('number');
    expect(idGuesser(new Set(['a-b', 'A-b']))(['A-B'])).toBeNull();
    expect(idGuesser(new Set(['1.5', '1.05']))(['1.005'])).toBeNull();
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
