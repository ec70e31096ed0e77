import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterSchema, matchesFilter } from '../../src/corpus/filter.ts';
import type { FieldCondition } from '../../src/corpus/types.ts';

const worker = { state: 'IL', years: 7, available: false, pay: null, skills: ['dock loading'] };

test.each<[string, Record<string, FieldCondition>, boolean]>([
  ['equality holds for the same string', { state: 'IL' }, true],
  ['strings are compared case-sensitively', { state: 'il' }, false],
  ['false equals false', { available: false }, true],
  ['a number is not its digits', { years: '7' }, false],
  ['membership finds one of several', { state: { in: ['OH', 'IL'] } }, true],
  ['membership converts nothing', { years: { in: ['7', true] } }, false],
  ['a range includes its lower bound', { years: { gte: 7 } }, true],
  ['a range includes its upper bound', { years: { lte: 7 } }, true],
  ['a range leaves out what lies below', { years: { gte: 7.5, lte: 9 } }, false],
  ['a range leaves out what lies above', { years: { gte: 1, lte: 6 } }, false],
  ['a range of strings compares strings', { state: { gte: 'IA', lte: 'IN' } }, true],
  ['a range never compares a string with a number', { state: { gte: 0 } }, false],
  ['a range never compares a number with a string', { years: { lte: '9' } }, false],
  ['a range never holds for a boolean', { available: { lte: 1 } }, false],
  ['a range of mixed bounds never holds', { years: { gte: 1, lte: '9' } }, false],
  ['a null field never matches', { pay: { lte: 100 } }, false],
  ['a missing field never matches', { city: { in: ['Peoria'] } }, false],
  ['an inherited property is a missing field', { toString: 'x' }, false],
  ['an array never matches', { skills: 'dock loading' }, false],
  ['all conditions must hold', { state: 'IL', years: { gte: 8 } }, false],
])('%s', (_, filter, expected) => {
  expect(matchesFilter(filter, worker)).toBe(expected);
});

test('strings are ordered by code point, as their UTF-8 bytes are', () => {
  const unit = fc.constantFrom('a', 'b', 'é', '\u{ffff}', '\u{10000}', '\u{1f600}');
  const text = fc.string({ unit, maxLength: 6 });
  fc.assert(
    fc.property(text, text, (low, high) => {
      const byBytes = Buffer.compare(Buffer.from(low), Buffer.from(high)) <= 0;
      expect(matchesFilter({ name: { gte: low } }, { name: high })).toBe(byBytes);
    }),
  );
});

test('a conjunction holds exactly when each of its conditions does', () => {
  const scalar = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b'), fc.boolean());
  const condition = fc.oneof(
    scalar,
    fc.record({ in: fc.array(scalar, { minLength: 1 }) }),
    fc.record({ gte: fc.integer({ min: 0, max: 3 }) }),
  );
  const field = fc.constantFrom('x', 'y', 'z');
  fc.assert(
    fc.property(
      fc.dictionary(field, condition),
      fc.dictionary(field, fc.oneof(scalar, fc.constant(null))),
      (filter, metadata) => {
        const each = Object.entries(filter).every(([name, wanted]) =>
          matchesFilter({ [name]: wanted }, metadata),
        );
        expect(matchesFilter(filter, metadata)).toBe(each);
      },
    ),
  );
});

test('the schema accepts the three kinds of condition and nothing else', () => {
  for (const filter of [{ a: 1 }, { a: { in: ['x', true] } }, { a: { gte: 1 }, b: { lte: 'z' } }]) {
    expect(filterSchema.parse(filter)).toEqual(filter);
  }
  const refused = [{}, { a: null }, { a: ['x'] }, { a: { in: [] } }, { a: {} }, { a: { gt: 1 } }];
  for (const filter of refused) expect(filterSchema.safeParse(filter).success).toBe(false);
});
