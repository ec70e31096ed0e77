import { MOST_DEPTH, nestsTooDeep } from './nesting.ts';

const BACKSLASH = 0x5c;
const SPACES = /\s*/y;

/** A string of a JSON text: where it begins, and where its closing quote is. */
interface Quoted {
  readonly start: number;
  readonly end: number;
  readonly isKey: boolean;
}

/**
 * A key that stands twice in one object of a JSON text; null where there is none. A parser keeps the last one alone and
 * says nothing of the others.
 * @param value what a parser made of the text
 */
export function repeatedKey(text: string, value: unknown): string | null {
  let written = 0;
  for (const { isKey } of stringsOf(text)) if (isKey) written += 1;
  return written === keysIn(value) ? null : firstRepeated(text);
}

/**
 * The JSON value of a text that somebody wrote.
 * @throws what `refuse` makes of what is no JSON or nests too deep, and of a key that stands twice
 */
export function jsonOnce(text: string, refuse: (what: string, cause?: unknown) => Error): unknown {
  if (nestsTooDeep(text)) throw refuse(`nested deeper than ${MOST_DEPTH}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('not JSON', cause);
  }
  requireOnce(text, value, refuse);
  return value;
}

/** @throws what `refuse` makes of a key that stands twice in one object; `value`: see `repeatedKey` */
export function requireOnce(text: string, value: unknown, refuse: (what: string) => Error): void {
  const twice = repeatedKey(text, value);
  if (twice === null) return;
  throw refuse(`an object has the key ${JSON.stringify(twice.slice(0, 60))} twice`);
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const one of members) if (typeof one === 'object' && one !== null) count += keysIn(one);
  return count;
}

function* stringsOf(text: string): Generator<Quoted> {
  for (let start = text.indexOf('"'); start >= 0; ) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    SPACES.lastIndex = end + 1;
    SPACES.test(text);
    yield { start, end, isKey: text[SPACES.lastIndex] === ':' };
    start = text.indexOf('"', end + 1);
  }
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (at - 1 - before) % 2 === 1;
}

function firstRepeated(text: string): string | null {
  const objects: Set<string>[] = [];
  let from = 0;
  for (const { start, end, isKey } of stringsOf(text)) {
    for (const bracket of text.slice(from, start).match(/[{}]/g) ?? []) {
      if (bracket === '{') objects.push(new Set());
      else objects.pop();
    }
    from = end + 1;
    if (!isKey) continue;
    const key = JSON.parse(text.slice(start, end + 1)) as string;
    const object = objects.at(-1);
    if (object?.has(key)) return key;
    object?.add(key);
  }
  return null;
}
