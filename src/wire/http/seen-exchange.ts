import { boundedJson } from '../bounds/json-bounds.ts';
import type { Dialect, ReadRequest, Route, WireReply } from '../dialect.ts';
import { pathOnly } from '../json/received.ts';
import type { HitsResponse } from '../operations.ts';
import type { OutcomeKind } from '../outcome.ts';
import { checkedResponse } from './checked-response.ts';

/** One request of somebody else and its answer, as both went over the wire; headers are not kept. */
export interface SeenExchange {
  /** Milliseconds since 1970; null where it is not known. */
  readonly atMs: number | null;
  readonly method: string;
  /** Begins with `/`; the query string is part of it. */
  readonly path: string;
  readonly requestBody: Uint8Array;
  /** Null where no whole answer came, or none was kept. */
  readonly reply: WireReply | null;
  /** Until the answer had left; null where it is not known. */
  readonly latencyMs: number | null;
}

/** Looks at requests to the incumbent while they pass. */
export interface TrafficTap {
  /** Asked once for each request, before its first byte is passed on: whether it is to be kept. */
  readonly wants: (method: string, path: string) => boolean;
  /** Given each exchange that was wanted, after the user's answer has left; null where it was too long to keep. */
  readonly take: (exchange: SeenExchange | null) => void;
}

/** What a backend answered to a question, as far as it can be read. */
export interface ReadAnswer {
  readonly outcome: Extract<OutcomeKind, 'ok' | 'http' | 'throttled' | 'malformed' | 'reset'>;
  readonly status: number | null;
  /** Null unless the outcome is `ok`. */
  readonly response: HitsResponse | null;
}

/** Whether a path is one that a dialect reads questions from: what needs no look into the body. */
export function isReadPath(dialect: Dialect, method: string, target: string): boolean {
  return method === 'POST' && routeAt(dialect, pathOnly(target)) !== null;
}

/**
 * The question of a request; null where its body is none that the dialect can read, or where it says a whole number
 * beyond 2^53: rounded, it would be that of another row.
 */
export function readQuestion(
  dialect: Dialect,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
): ReadRequest | null {
  const { method, path, body } = request;
  const read = dialect.decodeRequest?.({ method, path, json: jsonOrUndefined(body) }) ?? null;
  return read === null || saysLargeNumber({ ...read.request, vector: null }) ? null : read;
}

function saysLargeNumber(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(saysLargeNumber);
}

/** The question of an exchange; null where its body is none that the dialect can read. */
export function questionIn(dialect: Dialect, exchange: SeenExchange): ReadRequest | null {
  const { method, path, requestBody: body } = exchange;
  const read = readQuestion(dialect, { method, path, body });
  const readOnly = dialect.takes?.readOnly;
  return read === null || readOnly?.includes(read.operation) === false ? null : read;
}

/** The answer of an exchange to its question. */
export function answerIn(
  dialect: Dialect,
  { path, reply }: SeenExchange,
  { operation, request }: ReadRequest,
): ReadAnswer {
  if (reply === null) return { outcome: 'reset', status: null, response: null };
  const { status } = reply;
  if (status < 200 || status > 299) {
    return { outcome: status === 429 ? 'throttled' : 'http', status, response: null };
  }
  const route = routeAt(dialect, pathOnly(path)) ?? dialect[operation];
  try {
    const value = (route as Route<typeof request, HitsResponse>).decode([reply], request);
    return { outcome: 'ok', status, response: checkedResponse(dialect.name, operation, value) };
  } catch {
    return { outcome: 'malformed', status, response: null };
  }
}

function routeAt(dialect: Dialect, path: string) {
  const { search, retrieve, searches = {} } = dialect;
  return (
    [search, retrieve, ...Object.values(searches)].find((route) => route?.path === path) ?? null
  );
}

function jsonOrUndefined(bytes: Uint8Array): unknown {
  try {
    return boundedJson(bytes);
  } catch {
    return undefined;
  }
}
