import { HOP_BY_HOP } from '../../wire/hop-by-hop.ts';

const CONNECTION_ONLY: ReadonlySet<string> = new Set(HOP_BY_HOP);

/** `Expect` was answered by this server; `Host` becomes the origin that is called. */
const REQUEST_ONLY: ReadonlySet<string> = new Set(['expect', 'host']);

/** Fields that describe bytes an adapter has replaced. */
const OF_THE_BYTES: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'etag',
  'repr-digest',
]);

/** Names and values in turn, as they came, without what holds for the client's connection alone. */
export function forwardedRequestHeaders(raw: readonly string[]): string[] {
  return withoutHops(raw, REQUEST_ONLY);
}

/** Names and values in turn, as they came, without what holds for the backend's connection alone. */
export function forwardedResponseHeaders(raw: readonly string[]): string[] {
  return withoutHops(raw, new Set());
}

/** Drops fields by lower-case name from names and values in turn. */
export function withoutHeaders(raw: readonly string[], dropped: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (!dropped.has(name.toLowerCase())) kept.push(name, raw[at + 1] ?? '');
  }
  return kept;
}

/** Headers of an answer whose bytes an adapter has replaced. */
export function headersOfAdapted(raw: readonly string[], sizeBytes: number): string[] {
  return [...withoutHeaders(raw, OF_THE_BYTES), 'content-length', String(sizeBytes)];
}

/** First value of a field in names and values in turn; null where it is not there. */
export function headerValue(raw: readonly string[], lowerName: string): string | null {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() === lowerName) return raw[at + 1] ?? null;
  }
  return null;
}

function withoutHops(raw: readonly string[], also: ReadonlySet<string>): string[] {
  let named: Set<string> | null = null;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue;
    named ??= new Set();
    for (const option of (raw[at + 1] ?? '').split(',')) named.add(option.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const lower = name.toLowerCase();
    if (CONNECTION_ONLY.has(lower) || also.has(lower) || named?.has(lower) === true) continue;
    kept.push(name, raw[at + 1] ?? '');
  }
  return kept;
}
