import { InfrastructureError } from '../../errors.ts';
import type { Side } from '../../record/types.ts';
import { MalformedReplyError, type WireReply } from '../../wire/dialect.ts';
import type { HttpAccess, RawReply as Received } from '../../wire/http/access.ts';
import { kindOfStatus, retryAfterMs } from '../../wire/http/failure.ts';
import type { HitsResponse } from '../../wire/operations.ts';
import type { Outcome } from '../../wire/outcome.ts';
import { FIRST_WAIT_MS, PATIENCE } from '../../wire/pace/patient.ts';
import { pause } from '../../wire/pace/pause.ts';
import type { CapturedReply, DialectReading } from '../record/raw-replies.ts';
import type { SideRequest } from './probes.ts';

/**
 * Sends one request and keeps the response as it came, and as the side's own dialect reads it.
 * @throws InfrastructureError where the side does not answer at all.
 */
export async function sendRaw(
  side: Side,
  http: HttpAccess,
  { wire, read }: SideRequest,
  signal: AbortSignal,
): Promise<CapturedReply> {
  const outcome = await unthrottled(() => http.send(wire, signal), signal);
  signal.throwIfAborted();
  if (outcome.kind !== 'ok') {
    throw new InfrastructureError(
      'drift-capture',
      `${side} ${http.url}${wire.path}: ${outcome.kind}: ${outcome.detail}`,
      {
        hint: 'drift is found from responses: both backends must answer',
        context: { side, outcome: outcome.kind },
      },
    );
  }
  const { status, contentType, bytes } = outcome.value;
  return {
    requested: `${wire.method} ${wire.path.split('?')[0]}`,
    status,
    contentType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
    headers: joined(outcome.value.headers),
    body: bodyOf(Buffer.from(bytes).toString('utf8')),
    reading: readingOf(outcome.value, read),
  };
}

/** Sends once more where the side limits the rate, as long as it asks to wait and at most so often. */
async function unthrottled(
  send: () => Promise<Outcome<Received>>,
  signal: AbortSignal,
): Promise<Outcome<Received>> {
  for (let sends = 1; ; sends++) {
    const outcome = await send();
    if (outcome.kind !== 'ok' || sends >= PATIENCE.maxSends) return outcome;
    const { status, headers } = outcome.value;
    const retryAfter = [headers['retry-after'] ?? []].flat()[0] ?? null;
    if (kindOfStatus(status, retryAfter !== null) !== 'throttled') return outcome;
    const waitMs = retryAfterMs(retryAfter, Date.now()) ?? FIRST_WAIT_MS * 2 ** (sends - 1);
    if (waitMs > PATIENCE.maxWaitMs) return outcome;
    await pause(waitMs, signal);
    signal.throwIfAborted();
  }
}

/** Headers whose values are not to be written down: of these only that they are there. */
const SECRET = /cookie|authori[sz]ation|authenticate|token|secret|api-?key/;

function joined(headers: Received['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([given, value]) => {
      const name = given.toLowerCase();
      return [name, SECRET.test(name) ? '(secret)' : [value].flat().join(', ')];
    }),
  );
}

/** The canonical response as JSON; a hit's score as it came is the wire's and no reading. */
function readingOf(reply: WireReply, read: SideRequest['read']): DialectReading {
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
