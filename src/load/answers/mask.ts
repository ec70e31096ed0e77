const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** A stretch of bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the values at the listed paths lie in a JSON text, in order. A path is the keys from the root
 * joined by `/`, with `*` for every array element, e.g. `results/*` + `/latency_ms`. The text is walked,
 * not parsed; of a text that is no JSON the ranges found before the break are given.
 */
export function maskedRanges(json: Uint8Array, paths: ReadonlySet<string>): ByteRange[] {
  const ranges: ByteRange[] = [];
  const path: string[] = [];
  let at = 0;

  const skipSpace = () => {
    while (isSpace(json[at])) at++;
  };
  const value = () => {
    skipSpace();
    const start = at;
    const byte = json[at];
    if (byte === OPEN_OBJECT) members();
    else if (byte === OPEN_ARRAY) elements();
    else at = skipScalar(json, at);
    if (paths.has(path.join('/'))) {
      while (ranges.length > 0 && (ranges.at(-1)?.start ?? 0) >= start) ranges.pop();
      ranges.push({ start, end: at });
    }
  };
  const members = () => {
    at++;
    for (skipSpace(); at < json.length && json[at] !== CLOSE_OBJECT; skipSpace()) {
      const start = at;
      at = skipScalar(json, at);
      path.push(keyOf(json, start, at));
      skipSpace();
      if (json[at] === COLON) at++;
      value();
      path.pop();
      skipSpace();
      if (json[at] === COMMA) at++;
      if (at === start) return;
    }
    at++;
  };
  const elements = () => {
    at++;
    path.push('*');
    for (skipSpace(); at < json.length && json[at] !== CLOSE_ARRAY; skipSpace()) {
      const start = at;
      value();
      skipSpace();
      if (json[at] === COMMA) at++;
      if (at === start) break;
    }
    path.pop();
    at++;
  };
  value();
  return ranges;
}

/** The position right after the string, number or literal that begins at `at`. */
export function skipScalar(json: Uint8Array, at: number): number {
  let next = at;
  if (json[next] === QUOTE) {
    for (next++; next < json.length && json[next] !== QUOTE; next++) {
      if (json[next] === BACKSLASH) next++;
    }
    return Math.min(next + 1, json.length);
  }
  while (next < json.length && !isDelimiter(json[next])) next++;
  return next;
}

/** The position right after any JSON value that begins at `at`, by bracket depth. */
export function skipValue(json: Uint8Array, at: number): number {
  let depth = 0;
  let next = at;
  while (next < json.length) {
    const byte = json[next];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
      next++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      next++;
    } else if (byte === COMMA || byte === COLON || isSpace(byte)) next++;
    else next = skipScalar(json, next);
    if (depth <= 0) return next;
  }
  return next;
}

/** Paths (as in `maskedRanges`) of the leaves at which two replies to one request differ. */
export function differingPaths(
  one: unknown,
  other: unknown,
  path: readonly string[] = [],
): string[] {
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return [path.join('/')];
    return unique(one.flatMap((item, i) => differingPaths(item, other[i], [...path, '*'])));
  }
  if (isRecord(one) && isRecord(other)) {
    const keys = unique([...Object.keys(one), ...Object.keys(other)]);
    return unique(keys.flatMap((key) => differingPaths(one[key], other[key], [...path, key])));
  }
  return Object.is(one, other) ? [] : [path.join('/')];
}

function keyOf(json: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(json.buffer, json.byteOffset + start, end - start).toString();
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDelimiter(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === COLON ||
    byte === CLOSE_OBJECT ||
    byte === CLOSE_ARRAY ||
    byte === OPEN_OBJECT ||
    byte === OPEN_ARRAY ||
    byte === QUOTE ||
    isSpace(byte)
  );
}
