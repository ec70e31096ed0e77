import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dictionary } from '../../src/corpus/dictionary.ts';

const numbers = dictionary(z.number());

describe('a dictionary', () => {
  it('keeps every key, those of objects included', () => {
    const text = '{"a":1,"constructor":2,"toString":3,"":4,"__proto__":5}';
    const parsed = numbers.parse(JSON.parse(text));
    expect(JSON.stringify(parsed)).toBe(text);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it.each([
    ['{"a":"1"}', ['a']],
    ['{"__proto__":{"b":1}}', ['__proto__']],
    ['[1]', []],
    ['null', []],
  ])('refuses %s and says where', (text, path) => {
    const { error } = numbers.safeParse(JSON.parse(text));
    expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
  });
});
