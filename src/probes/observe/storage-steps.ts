import { createHash } from 'node:crypto';
import type { StorageStep } from '../record/services.ts';

/** One action to carry out: the step as it is recorded, and what is sent. */
export interface PlannedStep {
  readonly step: StorageStep;
  /** The key, or the prefix of a listing. */
  readonly key: string;
  readonly bytes?: Uint8Array;
  readonly range?: { readonly first: number; readonly last: number };
  /** Keys a page; the pages are walked to the end. */
  readonly pageSize?: number;
}

const LARGE_BYTES = 10 * 1024 * 1024;
const LONGEST_KEY_BYTES = 1024;
const utf8 = new TextEncoder();

/**
 * The steps of the storage probe in a namespace that ends with `/`; `outside` is a key beyond it that
 * nobody else uses, at which escapes aim.
 */
export function storageSteps(namespace: string, outside: string): PlannedStep[] {
  return [
    ...objects(namespace),
    ...oddKeys(namespace),
    ...missing(namespace),
    ...ranges(namespace),
    ...listings(namespace),
    ...deletion(namespace),
    ...escapes(namespace, outside),
  ];
}

function objects(ns: string): PlannedStep[] {
  const everyByte = Uint8Array.from({ length: 256 }, (_, at) => at);
  return [
    ...putAndGet('small object', `${ns}small.txt`, text('hello')),
    ...putAndGet('overwrite', `${ns}small.txt`, text('hello again, and longer')),
    ...putAndGet('empty object', `${ns}empty`, new Uint8Array(0)),
    ...putAndGet('every byte', `${ns}bytes.bin`, everyByte),
    ...putAndGet('JSON text', `${ns}object.json`, text('{"a": [1, 2.50]}\n')),
    ...putAndGet('10 MB object', `${ns}large.bin`, noise(LARGE_BYTES)),
  ];
}

function oddKeys(ns: string): PlannedStep[] {
  const longest = 'k'.repeat(LONGEST_KEY_BYTES - utf8.encode(ns).length);
  const odd: readonly (readonly [string, string])[] = [
    ['spaces', 'two  words .txt'],
    ['Unicode', 'ünïcödé-日本語-שלום-🚚.bin'],
    ['composed é', 'caf\u00e9'],
    ['decomposed é', 'cafe\u0301'],
    ['signs of a URL', 'a+b&c=d?e#f;g,h:i@j'],
    ['percent signs', '100%25%2Fdone'],
    ['dots in a name', '..a.b..'],
    ['hidden file', '.hidden'],
    ['many segments', 'a/b/c/d/e/f'],
    ['upper case', 'CASE'],
    ['lower case', 'case'],
    ['1,024 bytes', longest],
  ];
  return [
    ...odd.flatMap(([name, key], at) => odds(`key: ${name}`, `${ns}${key}`, `odd key ${at}`)),
    // All are there before any is read: keys that a side holds for one would show here.
    ...odd.map(([name, key], at) =>
      refusable(get(`key: ${name}`, `${ns}${key}`, text(`odd key ${at}`))),
    ),
    ...odds('key: 1,025 bytes', `${ns}${longest}k`, 'too long'),
    ...odds('key: leading slash', `/${ns}leading`, 'leading slash'),
    plain('key: leading slash', 'get', `/${ns}leading`),
    plain('key: leading slash, without it', 'get', `${ns}leading`),
    ...odds('key: empty segment', `${ns}a//b`, 'empty segment'),
    ...odds('key: null byte', `${ns}nul\0byte`, 'null byte'),
    ...odds('key: dot segment inside', `${ns}a/./b`, 'dot segment'),
    ...odds('key: .. inside the namespace', `${ns}x/../y`, 'inside'),
    ...odds('key: trailing ..', `${ns}a/b/c/d/e/..`, 'trailing'),
  ];
}

function missing(ns: string): PlannedStep[] {
  return [
    { ...plain('missing key', 'get', `${ns}missing`), step: miss('missing key', 'missing') },
    plain('missing key', 'delete', `${ns}missing`),
  ];
}

function ranges(ns: string): PlannedStep[] {
  const bytes = text('0123456789');
  const part = (name: string, first: number, last: number): PlannedStep => ({
    step: {
      name,
      action: 'get',
      shown: `bytes ${first}–${last}`,
      expected: digest(bytes.slice(first, last + 1)),
      optional: true,
    },
    key: `${ns}range.txt`,
    range: { first, last },
  });
  return [
    ...put('range', `${ns}range.txt`, bytes),
    part('range in the middle', 2, 5),
    part('range over the end', 8, 99),
    {
      ...plain('range beyond the end', 'get', `${ns}range.txt`),
      range: { first: 50, last: 60 },
    },
  ];
}

function listings(ns: string): PlannedStep[] {
  // By bytes: digits, upper case, lower case, beyond ASCII; w-10 comes before w-2.
  const names = ['10', '9', 'B', 'a', 'w-10', 'w-2', 'z', 'é', '日', '🚚'];
  const shuffled = names.toSorted((a, b) =>
    digest(text(a)).sha256.localeCompare(digest(text(b)).sha256),
  );
  const list = (name: string, prefix: string, keys: readonly string[], pageSize?: number) => ({
    step: { name, action: 'list' as const, shown: prefix, expectedKeys: keys },
    key: `${ns}${prefix}`,
    ...(pageSize === undefined ? {} : { pageSize }),
  });
  const all = names.map((name) => `list/${name}`);
  return [
    ...shuffled.flatMap((name) => put('listing', `${ns}list/${name}`, text(name))),
    list('listing order', 'list/', all),
    list('pages of three', 'list/', all, 3),
    list('pages of one', 'list/w-', ['list/w-10', 'list/w-2'], 1),
    list('prefix without a key', 'list/nothing', []),
  ];
}

function deletion(ns: string): PlannedStep[] {
  const key = `${ns}gone/deleted`;
  return [
    ...put('delete', key, text('to be deleted')),
    plain('delete', 'delete', key),
    { key, step: miss('deleted key', 'gone/deleted') },
    plain('delete once more', 'delete', key),
    {
      key: `${ns}gone/`,
      step: { name: 'listing after delete', action: 'list', shown: 'gone/', expectedKeys: [] },
    },
  ];
}

function escapes(ns: string, outside: string): PlannedStep[] {
  const refused = (name: string, action: 'put' | 'get', key: string): PlannedStep => ({
    step: { name, action, shown: withoutId(key), mustRefuse: true },
    key,
    ...(action === 'put' ? { bytes: text('escaped') } : {}),
  });
  return [
    refused('escape: ..', 'put', `${ns}../${outside}`),
    refused('escape: deeper ..', 'put', `${ns}a/../../${outside}`),
    refused('escape: from the root', 'put', `../${outside}`),
    // Only read: a put or a delete that a backend resolves could replace all that it holds.
    refused('escape: .. alone', 'get', '..'),
    refused('escape: trailing ..', 'get', `${ns}..`),
    refused('escape: a file of the system', 'get', `${ns}../../../../../../etc/passwd`),
    refused('escape: a file of the system from the root', 'get', '../../../../../etc/passwd'),
    // Accepted or not, these must not come out as a key beyond the namespace.
    ...odds('encoded twice', `${ns}%2e%2e%2f${outside}`, 'escaped'),
    ...odds('backslashes', `${ns}..\\${outside}`, 'escaped'),
    { key: outside, step: miss('nothing beyond the namespace', withoutId(outside)) },
  ];
}

function putAndGet(name: string, key: string, bytes: Uint8Array): PlannedStep[] {
  return [...put(name, key, bytes), get(name, key, bytes)];
}

function put(name: string, key: string, bytes: Uint8Array): PlannedStep[] {
  return [{ step: { name, action: 'put', shown: shownKey(key) }, key, bytes }];
}

function get(name: string, key: string, bytes: Uint8Array): PlannedStep {
  return {
    step: { name, action: 'get', shown: shownKey(key), expected: digest(bytes) },
    key,
  };
}

function plain(name: string, action: 'get' | 'delete', key: string): PlannedStep {
  return refusable({ step: { name, action, shown: shownKey(key) }, key });
}

/** A put that both sides may refuse: what counts is that they do the same. */
function odds(name: string, key: string, value: string): PlannedStep[] {
  return put(name, key, text(value)).map(refusable);
}

function refusable(planned: PlannedStep): PlannedStep {
  return { ...planned, step: { ...planned.step, mayRefuse: true } };
}

function miss(name: string, shown: string): StorageStep {
  return { name, action: 'get', shown, mustMiss: true };
}

/** What is shown of a key: its last characters, without the namespace's random part. */
function shownKey(key: string): string {
  const below = withoutId(key.replace(/^(\/?)[^/]*\//, '$1'));
  return below.length > 40 ? `…${below.slice(-39)}` : below;
}

/** Steps are named alike in every run. */
function withoutId(key: string): string {
  return key.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…');
}

/** The hash and size of some bytes, as they are compared. */
export function digest(bytes: Uint8Array): { sha256: string; sizeBytes: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}

function text(value: string): Uint8Array {
  return utf8.encode(value);
}

/** Bytes that do not compress and are the same in every run (xorshift32). */
function noise(sizeBytes: number): Uint8Array {
  const words = new Uint32Array(sizeBytes / 4);
  let state = 0x9e3779b9;
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer);
}
