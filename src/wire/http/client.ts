import { Pool } from 'undici';
import { UsageError } from '../../errors.ts';
import { type SecretBook, secretBook } from '../../secrets/book.ts';
import { isSecretName } from '../../secrets/names.ts';
import { BODIES_BYTES, byteBudget } from '../bounds/byte-budget.ts';
import type { WireReply, WireRequest } from '../dialect.ts';
import type { Failed, Outcome } from '../outcome.ts';
import { LONGEST_TIMER_MS, pause } from '../pace/pause.ts';
import type { RawReply, TlsOptions } from './access.ts';
import { parseBackendUrl } from './backend-url.ts';
import { oneLine } from './detail.ts';
import { type Exchanged, type ExchangeLimits, exchange } from './exchange.ts';
import type { Failure, Timeouts } from './failure.ts';
import { checkedHeader, type PreparedRequest, prepareRequest, unusable } from './prepare.ts';

/** How one side is reached. */
export interface WireClientOptions {
  /** http: or https:, with or without a path prefix; without user, query and fragment. */
  readonly url: string;
  /** Sent with every request; values never appear in an outcome. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Most connections open at once (default 256); more requests than that wait, and the wait counts. */
  readonly connections?: number;
  /** Defaults: connectMs 2000, requestMs 10000, headersMs and bodyMs as requestMs. */
  readonly timeouts?: Partial<Timeouts>;
  /** Largest body of a response that is read, in bytes (default 64 MiB, and 32 MiB of an answer to a query). */
  readonly maxBodyBytes?: number;
  readonly tls?: TlsOptions;
}

/** What follows the first requests of an operation. */
export interface MoreRequests {
  /** Called when all were answered; none: that was all. Must not throw. */
  readonly next?: (replies: readonly WireReply[]) => readonly WireRequest[];
  /** Whether each request has the whole deadline, and not all together: for what waits until a thing is ready. */
  readonly deadlineEach?: boolean;
  /** Whether it is a query for a few rows, whose answer is no page of documents. */
  readonly isQuery?: boolean;
}

/** One HTTP/1.1 client of one backend: a request is sent once, redirects are not followed. */
export interface WireClient {
  /** The backend's URL, normalised, without a trailing slash. */
  readonly url: string;
  /** Takes secrets out of a text and cuts it to one line. */
  readonly toDetail: (text: string) => string;
  /**
   * Sends the requests of one operation one after the other, all under one deadline, and stops at the
   * first that fails. Bodies of the first requests are written as JSON before the clock starts. Never rejects for
   * what a backend does.
   * @throws UsageError when a dialect asks for what cannot be sent: no request, a wrong path or header, no JSON.
   */
  sendWire(
    requests: readonly WireRequest[],
    signal?: AbortSignal,
    more?: MoreRequests,
  ): Promise<Outcome<readonly WireReply[]>>;
  /** A request in the form `sendWire` sends it in. */
  readonly prepare: (request: WireRequest) => PreparedRequest;
  /** Sends one request; a response of any status is an answer, its body at most `maxBodyBytes` long. */
  sendRaw(request: WireRequest, signal?: AbortSignal): Promise<Outcome<RawReply>>;
  /** Closes all connections at once; requests under way end as `aborted`. */
  close(): Promise<void>;
}

const DEFAULT_CONNECTIONS = 256;
const DEFAULT_CONNECT_MS = 2_000;
const DEFAULT_REQUEST_MS = 10_000;
const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Read as JSON, a body takes four times its bytes, and there may be several at once. */
const DEFAULT_MAX_QUERY_BYTES = 32 * 1024 * 1024;
/** Shorter values of a header may stand in any answer. */
const LEAST_REPEATED = 8;

/**
 * Opens a client for one backend; no connection is made before the first request.
 * @throws UsageError for a URL, header, limit or number of connections that cannot be used.
 */
export function openWireClient(options: WireClientOptions): WireClient {
  const { origin, host, prefix, url } = parseBackendUrl(options.url);
  const configured = Object.entries(options.headers ?? {}).map((header) => checkedHeader(header));
  const secrets = secretBook();
  let repeated: SecretBook | null = null;
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    secrets.learn(name, value);
    if (isSecretName(name) && value.length >= LEAST_REPEATED) {
      repeated ??= secretBook();
      repeated.learn(name, value);
    }
  }
  const unrepeatable = repeated;
  const toDetail = (text: string): string => oneLine(secrets.hide(text));
  const timeouts = resolveTimeouts(options.timeouts ?? {});
  const maxBodyBytes = positive('maxBodyBytes', options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  const bodies = byteBudget(Math.max(BODIES_BYTES, maxBodyBytes));
  const limits: ExchangeLimits = { host, timeouts, maxBodyBytes, bodies };
  const queryLimits =
    options.maxBodyBytes === undefined
      ? { ...limits, maxBodyBytes: DEFAULT_MAX_QUERY_BYTES }
      : limits;
  const pool = new Pool(origin, {
    connections: positive('connections', options.connections ?? DEFAULT_CONNECTIONS),
    pipelining: 1,
    allowH2: false,
    connectTimeout: timeouts.connectMs,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    ...(options.tls === undefined ? {} : { connect: { ...options.tls } }),
  });
  const prepare = (request: WireRequest) => prepareRequest(request, prefix, configured);
  const failed = (
    exchanged: Exchanged,
    { kind, detail, code, retryAfterMs }: Failure,
    sizeBytes: number,
    startedMs: number,
  ): Failed => ({
    kind,
    status: exchanged.status,
    detail: toDetail(detail),
    sizeBytes,
    timing: { startedMs, endedMs: exchanged.endedMs },
    ...(code === undefined ? {} : { code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

  const sendWire: WireClient['sendWire'] = async (requests, signal, more = {}) => {
    if (requests.length === 0) throw unusable('a dialect gave no request to send');
    const ready = (request: WireRequest) => ({ ...request, prepared: prepare(request) });
    const waiting = requests.map(ready);
    const replies: WireReply[] = [];
    let sizeBytes = 0;
    let heldBytes = 0;
    let startedMs: number | null = null;
    let status = 0;
    let endedMs = 0;
    const ofThese = more.isQuery === true ? queryLimits : limits;
    try {
      while (waiting.length > 0) {
        const { prepared, afterMs = 0, answers = [] } = waiting.shift() as (typeof waiting)[number];
        if (afterMs > 0) await pause(afterMs, signal);
        const spentMs =
          startedMs === null || more.deadlineEach === true ? 0 : performance.now() - startedMs;
        const remainingMs = timeouts.requestMs - spentMs;
        const wanted = answers.length === 0 ? ofThese : { ...ofThese, answers };
        const exchanged = await exchange(pool, prepared, wanted, remainingMs, signal);
        startedMs ??= exchanged.startedMs;
        endedMs = exchanged.endedMs;
        sizeBytes += exchanged.sizeBytes;
        heldBytes += exchanged.heldBytes;
        const result = withoutRepeated(exchanged.result, unrepeatable);
        if (isFailure(result)) return failed(exchanged, result, sizeBytes, startedMs);
        status = result.status;
        replies.push(result);
        if (waiting.length === 0) waiting.push(...(more.next?.(replies) ?? []).map(ready));
      }
    } finally {
      bodies.free(heldBytes);
    }
    const timing = { startedMs: startedMs ?? endedMs, endedMs };
    return { kind: 'ok', value: replies, status, sizeBytes, timing };
  };

  const sendRaw: WireClient['sendRaw'] = async (request, signal) => {
    const prepared = prepare(request);
    const wanted = { ...limits, anyStatus: true };
    const exchanged = await exchange(pool, prepared, wanted, timeouts.requestMs, signal);
    const { sizeBytes, startedMs, endedMs } = exchanged;
    const result = withoutRepeated(exchanged.result, unrepeatable);
    bodies.free(exchanged.heldBytes);
    if (isFailure(result)) return failed(exchanged, result, sizeBytes, startedMs);
    const timing = { startedMs, endedMs };
    return { kind: 'ok', value: result, status: result.status, sizeBytes, timing };
  };

  return { url, toDetail, prepare, sendWire, sendRaw, close: () => pool.destroy() };
}

/**
 * An answer that repeats the secret of a header is none: what is kept of answers is read by others.
 * @param secrets null where no header has one
 */
function withoutRepeated(
  result: RawReply | Failure,
  secrets: SecretBook | null,
): RawReply | Failure {
  if (secrets === null || isFailure(result)) return result;
  const name = secrets.nameIn(result.bytes) ?? secrets.nameIn(JSON.stringify(result.headers));
  if (name === null) return result;
  return { kind: 'malformed', detail: `the answer repeats the secret of the header ${name}` };
}

function isFailure(result: RawReply | Failure): result is Failure {
  return 'kind' in result;
}

function resolveTimeouts(given: Partial<Timeouts>): Timeouts {
  const requestMs = positive('timeouts.requestMs', given.requestMs ?? DEFAULT_REQUEST_MS);
  return {
    connectMs: positive('timeouts.connectMs', given.connectMs ?? DEFAULT_CONNECT_MS),
    headersMs: positive('timeouts.headersMs', given.headersMs ?? requestMs),
    bodyMs: positive('timeouts.bodyMs', given.bodyMs ?? requestMs),
    requestMs,
  };
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value <= LONGEST_TIMER_MS) return value;
  throw new UsageError('backend-options', `${name} must be a whole number above 0, got ${value}`, {
    hint: `give a number from 1 to ${LONGEST_TIMER_MS}`,
  });
}
