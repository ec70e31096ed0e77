import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Comparable,
  comparable,
  rowsEqual,
  sameMultiset,
  typeClass,
  valuesEqual,
} from '../../../src/probes/find/sql-values.ts';
import { writingWord } from '../../../src/wire/sql-writes.ts';

const value: fc.Arbitrary<Comparable> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.bigInt({ min: -10n, max: 10n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 3 }),
);
const rows = fc.array(fc.tuple(value, value), { maxLength: 12 });

describe('rows as a multiset', () => {
  it('any order of the same rows is the same', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (list, keys) => {
        const order = list.map((row) => ({ row, key: keys.next().value ?? 0 }));
        const shuffled = order.sort((a, b) => a.key - b.key).map(({ row }) => row);
        expect(sameMultiset(list, shuffled, 0)).toBe(true);
      }),
    );
  });

  it('a row more, or one row in place of another, is not', () => {
    fc.assert(
      fc.property(rows, fc.tuple(value, value), fc.tuple(value, value), (list, one, other) => {
        fc.pre(!rowsEqual(one, other, 0));
        expect(sameMultiset([...list, one], [...list, other], 0)).toBe(false);
        expect(sameMultiset([...list, one], list, 0)).toBe(false);
      }),
    );
  });

  it('rows that differ in their last digits are paired, however they are ordered', () => {
    const a = [['x', 1 / 3] as const, ['x', 2 / 3] as const];
    const b = [['x', 0.666666666666] as const, ['x', 0.333333333333] as const];
    expect(sameMultiset(a, b, 1e-9)).toBe(true);
    expect(sameMultiset(a, b, 1e-15)).toBe(false);
  });

  it('rows that the noise of one column puts in another order are paired by the next one', () => {
    const a = [[0.1 + 0.2, 5n] as const, [0.3, 7n] as const];
    const b = [[0.3, 5n] as const, [0.1 + 0.2, 7n] as const];
    expect(sameMultiset(a, b, 1e-9)).toBe(true);
    expect(sameMultiset(a, [b[0] ?? [], [0.3, 6n]], 1e-9)).toBe(false);
  });

  it('a row is moved where its place is the only one of another', () => {
    const column = (values: readonly number[]) => values.map((x) => [x]);
    expect(sameMultiset(column([1.5, 2.2, 2.5]), column([1.1, 1.5, 2.6]), 0.5)).toBe(true);
    expect(sameMultiset(column([1.5, 1.6, 9.5]), column([1.5, 9.4, 9.5]), 0.1)).toBe(false);
  });

  it('is what trying every pairing gives', () => {
    const near = fc.constantFrom<Comparable>(1n, 2n, 1.4, 1.6, 2.3, 2.8);
    const list = fc.array(fc.tuple(near, near), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const tried = (at: number, left: readonly (readonly Comparable[])[]): boolean =>
          at === a.length ||
          left.some(
            (row, place) =>
              rowsEqual(a[at] ?? [], row, 0.3) &&
              tried(
                at + 1,
                left.filter((_, other) => other !== place),
              ),
          );
        expect(sameMultiset(a, b, 0.3)).toBe(tried(0, b));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('takes little time for many rows with one value in front', () => {
    const many = Array.from({ length: 5000 }, (_, at) => [1.5, at / 7]);
    const noisy = many.map(([x = 0, y]) => [x + 1e-12 * (Number(y) % 3), y ?? 0]);
    expect(sameMultiset(many, noisy.toReversed(), 1e-9)).toBe(true);
  });
});

describe('values', () => {
  it('whole numbers beyond 2^53 are compared exactly, whatever they came as', () => {
    const a = comparable(9007199254740993n, 'exact');
    expect(valuesEqual(a, comparable('9007199254740993', 'exact'), 1e-9)).toBe(true);
    expect(valuesEqual(a, comparable(9007199254740992n, 'exact'), 1e-9)).toBe(false);
    const sum = comparable('1234567890123456789', 'float');
    expect(valuesEqual(sum, comparable(1234567890123456800n, 'float'), 1e-9)).toBe(true);
  });

  it('decimals from text and numbers are equal, 0 and 1 are booleans beside a boolean', () => {
    expect(valuesEqual(comparable('14.9350000000000000', 'float'), 14.935, 1e-9)).toBe(true);
    expect(comparable('17.0', 'exact')).toBe(17n);
    expect(comparable(1, 'boolean')).toBe(comparable(true, 'boolean'));
  });

  it('an infinite number is equal to itself alone', () => {
    const [infinite, other] = ['1e999', '5'].map((text) => comparable(text, 'float'));
    expect(valuesEqual(infinite ?? null, infinite ?? null, 1e-9)).toBe(true);
    expect(valuesEqual(infinite ?? null, other ?? null, 1e-9)).toBe(false);
  });

  it('null is no empty text, no zero and not false', () => {
    for (const other of ['', 0n, false]) expect(valuesEqual(null, other, 1)).toBe(false);
  });

  it('an engine’s own names of types fall into families', () => {
    const classes = ['double precision', 'REAL', 'bigint', 'varchar(20)', 'text[]', 'date', 'any'];
    expect(classes.map((type) => typeClass({ name: 'c', type }))).toEqual([
      'float',
      'float',
      'integer',
      'text',
      'json',
      'time',
      'unknown',
    ]);
  });
});

describe('statements that may write', () => {
  it.each([
    'INSERT INTO workers VALUES (1)',
    '  delete from workers',
    '-- harmless\nDROP TABLE workers',
    'SELECT 1; TRUNCATE workers',
    'WITH x AS (DELETE FROM workers RETURNING 1) SELECT * FROM x',
    'SELECT * INTO copy FROM workers',
    'EXPLAIN ANALYZE UPDATE workers SET pay = 1',
    "SELECT setval('s', 1)",
    "SELECT '\\' , '; DELETE FROM workers; -- '",
    "SELECT 1 -- '\n; DELETE FROM workers -- '",
    '/*! DELETE FROM workers */ SELECT 1',
    'SELECT $$ $$; CALL wipe()',
    'SET default_transaction_read_only = off',
    '(((DELETE FROM workers)))',
    'REPLACE INTO workers VALUES (1)',
  ])('%s is refused', (sql) => {
    expect(writingWord(sql)).not.toBeNull();
  });

  it.each([
    'SELECT count(*) FROM workers',
    "SELECT 'DROP TABLE workers' AS text",
    "SELECT count(*) FROM workers WHERE name = 'O''Hara; DELETE'",
    'SELECT "update" FROM workers;',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'VALUES (1), (2)',
    "SELECT replace(name, 'a', 'b') FROM workers",
    '(SELECT 1)',
  ])('%s is sent', (sql) => {
    expect(writingWord(sql)).toBeNull();
  });
});
