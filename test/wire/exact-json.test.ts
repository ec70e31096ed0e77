import { expect, it } from 'vitest';
import { exactText, parseExact } from '../../src/wire/json/exact-json.ts';

it.each([
  ['9007199254740993', 9007199254740993n],
  ['{"a":[-9223372036854775808, 18446744073709551615]}', { a: [-(2n ** 63n), 2n ** 64n - 1n] }],
  [
    '[9007199254740991,0.1234567890123456789,1e400,"9007199254740993"]',
    [2 ** 53 - 1, 0.12345678901234568, Infinity, '9007199254740993'],
  ],
])('%s is read exactly', (text, value) => {
  expect(parseExact(text)).toEqual(value);
});

it('a bigint is written as the number that it is', () => {
  const text = '{"a":[9007199254740993,"x",null]}';
  expect(exactText(parseExact(text))).toBe(text);
});

it('one long number does not make a large answer take minutes', () => {
  const many = `[${'1,'.repeat(2_000_001)}9007199254740993]`;
  expect(() => parseExact(many)).toThrow('a number of 16 digits among more than 2000000 values');
});
