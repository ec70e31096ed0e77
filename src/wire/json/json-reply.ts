import type { z } from 'zod';
import { MalformedReplyError, OtherFormError, type WireReply } from '../dialect.ts';
import { parseExact } from './exact-json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

/**
 * The text of a reply.
 * @throws MalformedReplyError where the bytes are not UTF-8.
 */
export function replyText(reply: WireReply): string {
  try {
    return utf8.decode(reply.bytes);
  } catch {
    throw new MalformedReplyError('expected UTF-8 text');
  }
}

/** The media type of a reply, lower case and without parameters; null where the backend gave none. */
export function mediaTypeOf(reply: WireReply): string | null {
  const type = reply.contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === '' ? null : type;
}

/**
 * The JSON value of a reply, in which a whole number beyond 2^53 is an exact bigint.
 * @throws MalformedReplyError where the media type or the text is not JSON.
 */
export function jsonOf(reply: WireReply): unknown {
  const type = mediaTypeOf(reply);
  if (type === null || !JSON_TYPE.test(type)) {
    throw new MalformedReplyError(`expected JSON, got ${type ?? 'no content-type'}`);
  }
  const text = replyText(reply);
  if (text.trim() === '') throw new MalformedReplyError('expected JSON, got an empty body');
  try {
    return parseExact(text);
  } catch (error) {
    if (error instanceof MalformedReplyError) throw error;
    // The parser's own message quotes the body.
    throw new MalformedReplyError(`invalid JSON in a body of ${reply.bytes.length} bytes`);
  }
}

/**
 * The JSON value of a reply in the shape of a schema; unknown fields are let pass.
 * @throws OtherFormError that names the place, e.g. `results[3].score: expected number, got null`; MalformedReplyError
 * for what is no JSON.
 */
export function parseReply<Schema extends z.ZodType>(
  schema: Schema,
  reply: WireReply,
): z.output<Schema> {
  return inShape(schema, jsonOf(reply));
}

/**
 * A JSON value in the shape of a schema; unknown fields are let pass.
 * @throws OtherFormError that names the place.
 */
export function inShape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  if (issue === undefined) throw new OtherFormError('the body has the wrong shape');
  const what = issue.message
    .replace(/^[A-Z][^:]*: /, '')
    .replace(', received undefined', ', got nothing')
    .replace(', received ', ', got ');
  throw new OtherFormError(`${placeOf(issue.path)}: ${what}`);
}

function placeOf(path: readonly PropertyKey[]): string {
  let place = '';
  for (const key of path) {
    if (typeof key === 'number') place += `[${key}]`;
    else place += place === '' ? String(key) : `.${String(key)}`;
  }
  return place === '' ? 'body' : place;
}

/**
 * The only reply of an operation that is one request.
 * @throws MalformedReplyError where there is none.
 */
export function onlyReply(replies: readonly WireReply[]): WireReply {
  const [reply] = replies;
  if (reply === undefined) throw new MalformedReplyError('expected one reply, got none');
  return reply;
}
