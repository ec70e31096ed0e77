import type { Context } from 'hono';
import { RefusedRequest } from '../http.ts';
import type { ObjectPage, ObjectStore } from './object-store.ts';

const LONGEST_PAGE = 1000;

/**
 * The key after a prefix of the path, percent-decoded once.
 * @throws RefusedRequest where it is no percent-encoded UTF-8.
 */
export function objectKeyOf(c: Context, prefix: string): string {
  const encoded = new URL(c.req.url).pathname.slice(prefix.length);
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new RefusedRequest(400, 'the key is not percent-encoded UTF-8');
  }
}

/** Stores the body of a request and gives its size in bytes. */
export async function putObject(c: Context, store: ObjectStore, key: string): Promise<number> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  await store.put(key, bytes);
  return bytes.length;
}

/** An object, or the one range of it that the request names. */
export async function getObject(c: Context, store: ObjectStore, key: string): Promise<Response> {
  const wanted = c.req.header('range');
  const sizeBytes = store.sizeOf(key);
  const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
  const range = wanted === undefined ? null : rangeOf(wanted, sizeBytes);
  if (range === 'unsatisfiable') {
    return c.json({ error: 'range not satisfiable' }, 416, {
      'content-range': `bytes */${sizeBytes}`,
    });
  }
  const { bytes } = await store.get(key, range);
  const body = new Uint8Array(bytes);
  if (range === null) return new Response(body, { headers });
  const contentRange = `bytes ${range.first}-${range.first + bytes.length - 1}/${sizeBytes}`;
  return new Response(body, {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
  });
}

/** A page of keys, as `prefix`, `limit` and one parameter for where to go on ask for it. */
export function listObjects(c: Context, store: ObjectStore, after: string | null): ObjectPage {
  const limit = c.req.query('limit') ?? String(LONGEST_PAGE);
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > LONGEST_PAGE) {
    throw new RefusedRequest(400, `limit: expected a number from 1 to ${LONGEST_PAGE}`);
  }
  return store.list(c.req.query('prefix') ?? '', after, Number(limit));
}

/** `bytes=first-last`, `bytes=first-` and `bytes=-count` (RFC 9110 §14); anything else is ignored. */
function rangeOf(
  header: string,
  sizeBytes: number,
): { first: number; last: number } | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === '' && last === '') return null;
  const range =
    first === ''
      ? { first: Math.max(0, sizeBytes - Number(last)), last: sizeBytes - 1 }
      : { first: Number(first), last: last === '' ? sizeBytes - 1 : Number(last) };
  if (first !== '' && last !== '' && range.last < range.first) return null;
  return range.first >= sizeBytes ? 'unsatisfiable' : range;
}
