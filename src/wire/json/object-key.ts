/**
 * An object key as the last part of a path: each segment percent-encoded, `/` kept. A key with a `.` or
 * `..` segment goes as one segment with its slashes encoded: every URL parser on the way would otherwise
 * resolve it, and another key would be meant.
 */
export function keyPath(key: string): string {
  const segments = key.toWellFormed().split('/').map(encodeURIComponent);
  const isPlain = !segments.some((segment) => segment === '.' || segment === '..');
  return segments.join(isPlain ? '/' : '%2F');
}

/** `?name=value&…` of the values that are given; empty without any. */
export function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value).toWellFormed())}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** The header that asks for a range of bytes; empty where none is asked for. */
export function rangeHeader(
  range: { readonly first: number; readonly last: number } | undefined,
): Readonly<Record<string, string>> {
  return range === undefined ? {} : { range: `bytes=${range.first}-${range.last}` };
}
