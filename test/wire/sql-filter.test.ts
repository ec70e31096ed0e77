import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../src/corpus/types.ts';
import { UnsupportedRequestError } from '../../src/wire/dialect.ts';
import { sqlFilter } from '../../src/wire/json/sql-filter.ts';

describe('sqlFilter', () => {
  it.each([
    [{}, null],
    [{ role: 'Welder' }, `"role" = 'Welder'`],
    [{ city: "O'Fallon" }, `"city" = 'O''Fallon'`],
    [{ city: "'; DROP TABLE workers; --" }, `"city" = '''; DROP TABLE workers; --'`],
    [{ note: 'a\\' }, `"note" = 'a\\'`],
    [{ 'odd "name"': 1.5 }, `"odd ""name""" = 1.5`],
    [{ available: true, years: -3 }, `"available" = TRUE AND "years" = -3`],
    [{ state: { in: ['IL', 'OH'] } }, `"state" IN ('IL', 'OH')`],
    [{ state: { in: [] } }, '1 = 0'],
    [{ years: { gte: 2, lte: 5 } }, '"years" >= 2 AND "years" <= 5'],
    [{ name: { lte: 'M' } }, `"name" <= 'M'`],
    [{ years: {} }, '"years" IS NOT NULL'],
    [{ big: 1e21 }, '"big" = 1e+21'],
  ] satisfies [Filter, string | null][])('%j becomes %s', (filter, sql) => {
    expect(sqlFilter(filter)).toBe(sql);
  });

  it.each([
    { a: Number.NaN },
    { a: Number.POSITIVE_INFINITY },
    { a: 'x\0y' },
    { 'a\0': 1 },
    { '': 1 },
    { a: { gt: 3 } },
    { a: null },
    { a: undefined },
    { a: { in: [null] } },
    { a: [1, 2] },
  ])('%o has no SQL and is unsupported', (filter) => {
    expect(() => sqlFilter(filter as unknown as Filter)).toThrow(UnsupportedRequestError);
  });
});

/** Reads the SQL back by the standard's lexical rules alone; null where anything is left over. */
function readBack(sql: string): [string, string, string | number | boolean][] | null {
  const condition =
    /"((?:[^"]|"")*)" (=|>=|<=) (?:'((?:[^']|'')*)'|(TRUE|FALSE)|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?))( AND |$)/suy;
  const conditions: [string, string, string | number | boolean][] = [];
  while (condition.lastIndex < sql.length) {
    const match = condition.exec(sql);
    if (match === null) return null;
    const [, name = '', operator = '', text, truth, number] = match;
    const value =
      text !== undefined
        ? text.replaceAll("''", "'")
        : truth !== undefined
          ? truth === 'TRUE'
          : Number(number);
    conditions.push([name.replaceAll('""', '"'), operator, value]);
  }
  return conditions;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom("'", '"', "''", '\\', '--', '/*', '*/', ';', ' OR 1=1', '\n', '$$', 'é'))
    .map((parts) => parts.join('')),
);
const text = hostile.map((value) => value.replaceAll('\0', ''));

describe('a literal stays a literal', () => {
  it('for any names and values: the SQL reads back as the same conditions', () => {
    const value = fc.oneof(
      text,
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    );
    const conditions = fc.dictionary(
      text.filter((name) => name !== '' && name !== '__proto__'),
      value,
      {
        minKeys: 1,
        maxKeys: 4,
      },
    );
    fc.assert(
      fc.property(conditions, (filter) => {
        expect(readBack(sqlFilter(filter) ?? '')).toEqual(
          Object.entries(filter).map(([name, wanted]) => [name, '=', wanted]),
        );
      }),
    );
  });

  const database = new DatabaseSync(':memory:');
  afterAll(() => database.close());
  database.exec(`CREATE TABLE t ("it's ""x""" TEXT); CREATE TABLE n (v REAL)`);

  it('for any text, in a real SQL engine: the row with that text matches, others and null do not', () => {
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        database.exec('DELETE FROM t');
        for (const row of [wanted, other, null]) insert.run(row);
        const expected = wanted === other ? [wanted, other] : [wanted];
        for (const condition of [wanted, { in: [wanted] }, { gte: wanted, lte: wanted }]) {
          const where = sqlFilter({ 'it\'s "x"': condition });
          const rows = database.prepare(`SELECT * FROM t WHERE ${where}`).all();
          expect(rows.map((row) => Object.values(row)[0])).toEqual(expected);
        }
      }),
    );
  });

  it('for any finite number, in a real SQL engine: ranges hold what they should', () => {
    const insert = database.prepare('INSERT INTO n VALUES (?)');
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 });
    fc.assert(
      fc.property(fc.array(number, { maxLength: 8 }), number, number, (rows, a, b) => {
        database.exec('DELETE FROM n');
        for (const row of [...rows, null]) insert.run(row);
        const [gte, lte] = [Math.min(a, b), Math.max(a, b)];
        const where = sqlFilter({ v: { gte, lte } });
        const count = database.prepare(`SELECT count(*) AS c FROM n WHERE ${where}`).get();
        expect(count?.c).toBe(rows.filter((row) => row >= gte && row <= lte).length);
      }),
    );
  });
});
