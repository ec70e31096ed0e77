import type { SqlColumn, SqlValue } from '../../wire/operations.ts';

/** Families of types that hold the same values, whatever an engine calls them. */
export type TypeClass =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'boolean'
  | 'time'
  | 'json'
  | 'unknown';

const CLASSES: readonly (readonly [RegExp, TypeClass])[] = [
  [/^(json|jsonb|.*\[\]|array|list|struct|map)/, 'json'],
  [/^(bool)/, 'boolean'],
  [/^(u?int|integer|bigint|smallint|tinyint|serial|long)/, 'integer'],
  [/^(numeric|decimal|number)/, 'decimal'],
  [/^(real|double|float)/, 'float'],
  [/^(date|time|interval)/, 'time'],
  [/^(text|char|varchar|string|utf8|uuid|character|large_?utf8)/, 'text'],
];

/** The family of an engine's type name; `unknown` where it says nothing of use. */
export function typeClass({ type }: SqlColumn): TypeClass {
  const name = type?.toLowerCase() ?? '';
  return CLASSES.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}

/**
 * How the values of one column are compared, from what both sides call its type: whole numbers exactly
 * unless a side holds them as floats.
 */
export type ColumnReading = 'exact' | 'float' | 'boolean' | 'text' | 'own';

/** The reading that suits two classes. */
export function readingOf(a: TypeClass, b: TypeClass): ColumnReading {
  const classes = [a, b];
  if (classes.includes('boolean')) return 'boolean';
  if (classes.includes('float')) return 'float';
  if (classes.includes('integer') || classes.includes('decimal')) return 'exact';
  return a === 'unknown' && b === 'unknown' ? 'own' : 'text';
}

/** A value in the form in which it is compared. */
export type Comparable = null | boolean | bigint | number | string;

const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A value as its column is read; numbers also from text. */
export function comparable(value: SqlValue, reading: ColumnReading): Comparable {
  if (value === null) return null;
  if (reading === 'boolean') return asBoolean(value);
  if (reading === 'text') return typeof value === 'string' ? value : String(value);
  if (typeof value === 'string') {
    if (reading === 'own') return value;
    if (reading === 'exact' && WHOLE.test(value)) return BigInt(value);
    return DECIMAL.test(value) ? wholeOr(Number(value)) : value;
  }
  if (typeof value === 'bigint') return reading === 'float' ? wholeOr(Number(value)) : value;
  return typeof value === 'number' ? wholeOr(value) : value;
}

function asBoolean(value: Exclude<SqlValue, null>): Comparable {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 't' || text === '1') return true;
  if (text === 'false' || text === 'f' || text === '0') return false;
  return text;
}

function wholeOr(value: number): bigint | number {
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** Whether two values are equal: numbers within a relative tolerance unless both are whole. */
export function valuesEqual(a: Comparable, b: Comparable, tolerance: number): boolean {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  return isNumber(a) && isNumber(b) ? isNear(Number(a), Number(b), tolerance) : a === b;
}

function isNear(x: number, y: number, tolerance: number): boolean {
  // An infinite number is within any share of itself of all others.
  if (!Number.isFinite(x) || !Number.isFinite(y)) return x === y;
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y), Number.MIN_VALUE);
}

/** Whether two rows are equal, value by value. */
export function rowsEqual(
  a: readonly Comparable[],
  b: readonly Comparable[],
  tolerance: number,
): boolean {
  return (
    a.length === b.length && a.every((value, at) => valuesEqual(value, b[at] ?? null, tolerance))
  );
}

/**
 * Whether two lists hold the same rows as often, in any order: each row has one of its own in the other list that is
 * equal within the tolerance.
 */
export function sameMultiset(
  a: readonly (readonly Comparable[])[],
  b: readonly (readonly Comparable[])[],
  tolerance: number,
): boolean {
  if (a.length !== b.length) return false;
  const keyOf = rowKeys([...a, ...b], tolerance);
  const left = inGroups(a, keyOf);
  const right = inGroups(b, keyOf);
  if (left.size !== right.size) return false;
  for (const [key, rows] of left) {
    const others = right.get(key);
    if (others === undefined || others.length !== rows.length) return false;
    if (!isPaired(rows, others, tolerance)) return false;
  }
  return true;
}

type Row = readonly Comparable[];

/**
 * Whether rows in the order of their numbers can be paired so that each pair is equal. The order alone does not pair
 * them: by noise in one column, rows that differ in the next one may stand the other way round.
 */
function isPaired(rows: readonly Row[], others: readonly Row[], tolerance: number): boolean {
  const equal = (row: Row, other: Row): boolean => rowsEqual(row, other, tolerance);
  const inOrder = rows.map((row, at) => equal(row, others[at] ?? []));
  const pairing: Pairing = {
    rowOf: inOrder.map((isEqual, at) => (isEqual ? at : null)),
    placeOf: inOrder.map((isEqual, at) => (isEqual ? at : null)),
    placesFor: (at) => [...others.keys()].filter((to) => equal(rows[at] ?? [], others[to] ?? [])),
  };
  return inOrder.every((isEqual, at) => isEqual || findPlace(at, pairing));
}

interface Pairing {
  /** The row at each place of the other list; null where it is free. */
  readonly rowOf: (number | null)[];
  readonly placeOf: (number | null)[];
  readonly placesFor: (row: number) => readonly number[];
}

/** Gives a row a place, by the shortest way of moving others to another place of theirs; false where there is none. */
function findPlace(first: number, { rowOf, placeOf, placesFor }: Pairing): boolean {
  const reachedFrom = new Map<number, number>();
  const waiting = [first];
  for (const row of waiting) {
    for (const place of placesFor(row)) {
      if (reachedFrom.has(place)) continue;
      reachedFrom.set(place, row);
      const owner = rowOf[place] ?? null;
      if (owner !== null) {
        waiting.push(owner);
        continue;
      }
      for (let free: number | null = place; free !== null; ) {
        const moved: number = reachedFrom.get(free) ?? first;
        const left: number | null = placeOf[moved] ?? null;
        rowOf[free] = moved;
        placeOf[moved] = free;
        free = left;
      }
      return true;
    }
  }
  return false;
}

/** A key that equal rows have in common: numbers that a chain of others within the tolerance joins count as one. */
function rowKeys(rows: readonly Row[], tolerance: number): (row: Row) => string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const chains = Array.from({ length: width }, (_, column) => {
    const numbers = rows.flatMap((row) => {
      const value = row[column] ?? null;
      return isNumber(value) ? [Number(value)] : [];
    });
    const chainOf = new Map<number, number>();
    let before: number | null = null;
    for (const value of Float64Array.from(numbers).sort()) {
      const isNew = before === null || !isNear(before, value, tolerance);
      chainOf.set(value, isNew ? chainOf.size : (chainOf.get(before ?? value) ?? 0));
      before = value;
    }
    return chainOf;
  });
  return (row) =>
    JSON.stringify(
      row.map((value, at) =>
        isNumber(value) ? { number: chains[at]?.get(Number(value)) ?? null } : value,
      ),
    );
}

/** Rows by key, those of one key in the order of their numbers. */
function inGroups(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = Map.groupBy(rows, keyOf);
  for (const group of groups.values()) group.sort(byNumbers);
  return groups;
}

function byNumbers(a: readonly Comparable[], b: readonly Comparable[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? null;
    if (isNumber(value) && isNumber(other) && value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function isNumber(value: Comparable): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}
