import type { SeenExchange } from '../../wire/http/seen-exchange.ts';
import { exactText } from '../../wire/json/exact-json.ts';
import { durationOf, timeOf } from './times.ts';

/** Names that a field has in logs, in any case; the first that is there counts. */
const FIELDS = {
  method: ['method', 'request_method', 'http_method', 'verb'],
  path: ['path', 'url', 'uri', 'request_uri', 'target', 'http_target'],
  line: ['request'],
  body: ['body', 'request_body', 'requestbody', 'req_body', 'payload'],
  at: ['at', 'atms', 'time', 'ts', 'timestamp', '@timestamp', 'time_local', 'time_iso8601', 'date'],
  status: ['status', 'status_code', 'response_status', 'statuscode'],
  answer: ['response', 'response_body', 'responsebody', 'resp_body', 'answer'],
  latencyMs: ['latencyms', 'latency_ms', 'duration_ms', 'durationms', 'elapsed_ms'],
  latencyS: ['request_time', 'duration_s', 'latency_s'],
} as const;

/**
 * One line of an access log in JSON as an exchange: method and path (or a request line, or a URL), the body as text
 * or as JSON, and where they are there the time, the status, the answer and how long it took. Null where it has no
 * method and path.
 */
export function accessLine(value: Readonly<Record<string, unknown>>): SeenExchange | null {
  const byName = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  const field = (name: keyof typeof FIELDS): unknown =>
    FIELDS[name].map((known) => byName.get(known)).find((found) => found !== undefined);
  const line = field('line');
  const [, lineMethod, linePath] =
    (typeof line === 'string' ? /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(line) : null) ?? [];
  const method = field('method') ?? lineMethod;
  const path = targetOf(field('path') ?? linePath);
  if (typeof method !== 'string' || path === null) return null;
  const status = Number(field('status') ?? Number.NaN);
  const answer = field('answer');
  const seconds = field('latencyS');
  const latencyMs = field('latencyMs') ?? (seconds === undefined ? null : 1000 * Number(seconds));
  return {
    atMs: timeOf(field('at')),
    method: method.toUpperCase(),
    path,
    requestBody: bytesOf(field('body')),
    reply:
      answer === undefined || !Number.isInteger(status)
        ? null
        : { status, contentType: 'application/json', bytes: bytesOf(answer) },
    latencyMs: durationOf(latencyMs),
  };
}

/** Path and query of a target or an absolute URL; null for anything else. */
export function targetOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (value.startsWith('/')) return value;
  if (!/^https?:/.test(value) || !URL.canParse(value)) return null;
  const { pathname, search } = new URL(value);
  return `${pathname}${search}`;
}

function bytesOf(value: unknown): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array();
  return Buffer.from(typeof value === 'string' ? value : exactText(value));
}
