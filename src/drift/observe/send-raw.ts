import { type Agent, request } from 'undici';
import { InfrastructureError } from '../../errors.ts';
import type { Side } from '../../record/types.ts';
import { type Dialect, MalformedReplyError, type WireReply } from '../../wire/dialect.ts';
import type { HitsResponse } from '../../wire/operations.ts';
import type { RawReply, Reading } from '../record/raw-replies.ts';
import type { Asked } from './probes.ts';

/** How one side is reached, for requests whose responses are kept as they come. */
export interface RawSide {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string>>;
}

/** Longest body that is kept, in bytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Sends one request and keeps the response as it came, and as the side's own dialect reads it.
 * @throws InfrastructureError where the side does not answer at all.
 */
export async function sendRaw(
  agent: Agent,
  side: Side,
  { url, headers }: RawSide,
  { wire, read }: Asked,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<RawReply> {
  const body = wire.bytes ?? (wire.json === undefined ? null : JSON.stringify(wire.json));
  const type = wire.bytes === undefined ? 'application/json' : 'application/octet-stream';
  try {
    const response = await request(`${url}${wire.path}`, {
      dispatcher: agent,
      method: wire.method,
      headers: {
        accept: 'application/json, */*;q=0.5',
        ...(body === null ? {} : { 'content-type': type }),
        ...wire.headers,
        ...headers,
      },
      body,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response.body) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > BODY_LIMIT_BYTES) throw new Error(`a body of over ${BODY_LIMIT_BYTES} bytes`);
      chunks.push(chunk as Buffer);
    }
    const bytes = Buffer.concat(chunks);
    const replied = Object.fromEntries(
      Object.entries(response.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
      ),
    );
    const contentType = replied['content-type'] ?? '';
    return {
      requested: `${wire.method} ${wire.path.split('?')[0]}`,
      status: response.statusCode,
      contentType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
      headers: replied,
      body: bodyOf(bytes.toString('utf8')),
      reading: readingOf({ status: response.statusCode, contentType, bytes }, read),
    };
  } catch (cause) {
    options.signal.throwIfAborted();
    throw new InfrastructureError(
      'drift-capture',
      `${side} ${url}${wire.path}: ${cause instanceof Error ? cause.message : 'no response'}`,
      { hint: 'drift is found from responses: both backends must answer', cause },
    );
  }
}

/** The canonical response as JSON; a hit's score as it came is the wire's and no reading. */
function readingOf(reply: WireReply, read: Asked['read']): Reading {
  if (reply.status < 200 || reply.status > 299) return { outcome: 'refused' };
  try {
    const value = read(reply);
    return { outcome: 'read', value: JSON.parse(JSON.stringify(withoutRaw(value), asJson)) };
  } catch (error) {
    if (error instanceof MalformedReplyError) return { outcome: 'malformed', why: error.message };
    throw error;
  }
}

function withoutRaw(value: unknown): unknown {
  const { hits } = Object(value) as Partial<HitsResponse>;
  return Array.isArray(hits)
    ? { ...Object(value), hits: hits.map(({ rawScore: _, ...hit }) => hit) }
    : value;
}

function asJson(_: string, value: unknown): unknown {
  return value instanceof Float32Array ? [...value] : value;
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
