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
  if (isNumber(a) && isNumber(b)) {
    const x = Number(a);
    const y = Number(b);
    return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y), Number.MIN_VALUE);
  }
  return a === b;
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
 * Whether two lists hold the same rows as often, in any order. Rows that agree in everything but their
 * numbers are paired in the order of their numbers.
 */
export function sameMultiset(
  a: readonly (readonly Comparable[])[],
  b: readonly (readonly Comparable[])[],
  tolerance: number,
): boolean {
  if (a.length !== b.length) return false;
  const left = byExactPart(a);
  const right = byExactPart(b);
  if (left.size !== right.size) return false;
  for (const [key, rows] of left) {
    const others = right.get(key);
    if (others === undefined || others.length !== rows.length) return false;
    if (!rows.every((row, at) => rowsEqual(row, others[at] ?? [], tolerance))) return false;
  }
  return true;
}

function byExactPart(
  rows: readonly (readonly Comparable[])[],
): Map<string, (readonly Comparable[])[]> {
  const groups = new Map<string, (readonly Comparable[])[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.map((value) => (isNumber(value) ? { number: true } : value)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
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
