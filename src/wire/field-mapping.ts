import { roundedWhole } from '../corpus/files/exact-json.ts';
import { exactText, parseExact } from './json/exact-json.ts';

/** How a value of the candidate becomes the incumbent's: incumbent = operation(candidate). */
export type FieldOperation =
  | { readonly kind: 'identity' }
  | { readonly kind: 'affine'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'l2-normalise' }
  /** The candidate's is the incumbent's, normalised: lengths cannot be recovered, so it is passed on as it is. */
  | { readonly kind: 'l2-normalised' }
  | { readonly kind: 'add-prefix'; readonly prefix: string }
  | { readonly kind: 'strip-prefix'; readonly prefix: string }
  | { readonly kind: 'epoch-to-iso'; readonly unitMs: 1 | 1000 }
  | { readonly kind: 'iso-to-epoch'; readonly unitMs: 1 | 1000 }
  | { readonly kind: 'number-to-string' }
  | { readonly kind: 'string-to-number' }
  | { readonly kind: 'wrap' }
  | { readonly kind: 'unwrap' }
  | { readonly kind: 'length-of' };

/** One field of the incumbent's response and the candidate's field that it is made from. */
export interface FieldMapping {
  /** Paths are keys (`pathKey`) joined by dots; `[]` stands for the elements of a list, at most one in a path. */
  readonly incumbentPath: string;
  readonly candidatePath: string;
  readonly operation: FieldOperation;
  /** Whether something of the incumbent's value cannot be recovered. */
  readonly lossy: boolean;
}

/** The value that the operation gives; undefined where it does not apply. */
export function applyOperation(operation: FieldOperation, value: unknown): unknown {
  switch (operation.kind) {
    case 'identity':
    case 'l2-normalised':
      return value;
    case 'affine':
      return onNumbers(value, (x) => operation.slope * x + operation.intercept);
    case 'l2-normalise':
      return normalised(value);
    case 'add-prefix':
      return typeof value === 'string' ? operation.prefix + value : undefined;
    case 'strip-prefix':
      return typeof value === 'string' && value.startsWith(operation.prefix)
        ? value.slice(operation.prefix.length)
        : undefined;
    case 'epoch-to-iso': {
      if (typeof value !== 'number') return undefined;
      const time = new Date(value * operation.unitMs);
      return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
    }
    case 'iso-to-epoch': {
      const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(time) ? undefined : time / operation.unitMs;
    }
    case 'number-to-string':
      return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
    case 'string-to-number':
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? numberIn(value)
        : undefined;
    case 'wrap':
      return value === undefined ? undefined : [value];
    case 'unwrap':
      return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
    case 'length-of':
      return Array.isArray(value) || typeof value === 'string' ? value.length : undefined;
  }
}

/**
 * A candidate's response in the incumbent's shape: what no mapping makes is left out. Pure.
 * Elements of a list keep the candidate's order.
 */
export function adaptResponse(mappings: readonly FieldMapping[], response: unknown): unknown {
  // The body itself may be the list, or one value: it is made as the field of a holder.
  const holder: Record<string, unknown> = {};
  for (const mapping of mappings) {
    const [list, field] = split(mapping.incumbentPath);
    const [fromList, fromField] = split(mapping.candidatePath);
    if (list === null || fromList === null) {
      const value = applyOperation(mapping.operation, valueAt(response, mapping.candidatePath));
      if (value !== undefined) setAt(holder, held(mapping.incumbentPath), value);
      continue;
    }
    const source = valueAt(response, fromList);
    if (!Array.isArray(source)) continue;
    const known = valueAt(holder, held(list));
    const target: Record<string, unknown>[] = Array.isArray(known) ? known : source.map(() => ({}));
    if (!Array.isArray(known)) setAt(holder, held(list), target);
    for (const [at, element] of source.entries()) {
      const value = applyOperation(mapping.operation, valueAt(element, fromField));
      const into = target[at];
      if (value !== undefined && into !== undefined) setAt(into, field, value);
    }
  }
  return holder[BODY] ?? {};
}

/**
 * The bytes of a candidate's JSON response as bytes in the incumbent's shape.
 * @throws SyntaxError where they are no JSON, TypeError where they are no UTF-8.
 */
export function adaptBytes(mappings: readonly FieldMapping[], bytes: Uint8Array): Uint8Array {
  const response = parseExact(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  return new TextEncoder().encode(exactText(adaptResponse(mappings, response)));
}

/** What of an incumbent's response the mappings cannot give back, a clause each. */
export function lossySteps(mappings: readonly FieldMapping[]): string[] {
  return mappings
    .filter(({ lossy }) => lossy)
    .map(({ incumbentPath, candidatePath, operation }) =>
      operation.kind === 'l2-normalised'
        ? `${incumbentPath}: lengths are lost in ${candidatePath}`
        : `${incumbentPath}: ${operation.kind} of ${candidatePath}`,
    );
}

/** A key as a part of a path: what a path is made of is escaped in it. */
export function pathKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('.', '~1').replaceAll('[]', '~2');
}

/** The value at a path without `[]`; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  let inner = value;
  for (const key of keysOf(path)) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
}

const BODY = 'body';

function held(path: string): string {
  return path === '' ? BODY : `${BODY}.${path}`;
}

function keysOf(path: string): string[] {
  return path
    .split('.')
    .map((key) => key.replaceAll('~2', '[]').replaceAll('~1', '.').replaceAll('~0', '~'));
}

/** Path of the list and path below its elements; the list is null where there is none. */
function split(path: string): [string | null, string] {
  const at = path.indexOf('[]');
  return at === -1 ? [null, path] : [path.slice(0, at), path.slice(at + 3)];
}

function setAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = keysOf(path);
  const last = keys.pop() ?? '';
  let inner = target;
  for (const key of keys) {
    const next = Object.hasOwn(inner, key) ? inner[key] : undefined;
    if (typeof next === 'object' && next !== null) inner = next as Record<string, unknown>;
    else {
      const made: Record<string, unknown> = {};
      define(inner, key, made);
      inner = made;
    }
  }
  define(inner, last, value);
}

/** Plain assignment to `__proto__` would change the object and not its fields. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** The number that a text writes; a whole one beyond 2^53 is an exact bigint. */
function numberIn(text: string): number | bigint {
  const value = Number(text);
  return roundedWhole(value, text.trim()) === null ? value : BigInt(text.trim());
}

function onNumbers(value: unknown, map: (x: number) => number): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return map(Number(value));
  return Array.isArray(value) && value.length > 0 ? value.map((x) => onNumbers(x, map)) : undefined;
}

function normalised(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (Array.isArray(value[0])) return value.map(normalised);
  let square = 0;
  for (const x of value) square += typeof x === 'number' ? x * x : Number.NaN;
  if (!(square > 0)) return undefined;
  const norm = Math.sqrt(square);
  return value.map((x) => (x as number) / norm);
}
