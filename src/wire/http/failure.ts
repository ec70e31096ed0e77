import type { OutcomeKind } from '../outcome.ts';

/** How a request failed, before its detail is redacted and cut to one line. */
export interface Failure {
  readonly kind: Exclude<OutcomeKind, 'ok'>;
  readonly detail: string;
  /** The client's or the system's own code of the error, e.g. `ECONNREFUSED`; absent where there was none. */
  readonly code?: string;
  /** As in `Failed`. */
  readonly retryAfterMs?: number | null;
}

/** Time limits of one side, in milliseconds. */
export interface Timeouts {
  /** Until a new connection stands. */
  readonly connectMs: number;
  /** From the sent request to the last response header. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly bodyMs: number;
  /** From start to last byte over all requests of one operation, connecting included. */
  readonly requestMs: number;
}

/** How far a request had come when it failed. */
export interface ExchangeProgress {
  /** Whether it had been handed to an established connection. */
  readonly written: boolean;
  /** Whether the response's headers had arrived. */
  readonly answered: boolean;
  readonly receivedBytes: number;
  /** From `content-length`; null where the backend did not say. */
  readonly promisedBytes: number | null;
}

const CLOSED_CODES = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
const RESET_CODES = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** What an error of the HTTP client means as an outcome; `host` is the backend's `name:port`. */
export function failureOf(
  error: unknown,
  host: string,
  timeouts: Timeouts,
  progress: ExchangeProgress,
): Failure {
  const code = codeOrNameOf(error);
  if (CLOSED_CODES.has(code)) return { kind: 'aborted', detail: 'the client was closed' };
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return { kind: 'timeout', detail: `no response headers within ${timeouts.headersMs} ms` };
  }
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    const { receivedBytes } = progress;
    return {
      kind: 'timeout',
      detail: `the body stood still for ${timeouts.bodyMs} ms after ${receivedBytes} bytes`,
    };
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && !progress.written)) {
    return { kind: 'timeout', detail: `no connection to ${host} within ${timeouts.connectMs} ms` };
  }
  if (code === 'ETIMEDOUT') return { kind: 'timeout', detail: 'the connection timed out' };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return { kind: 'malformed', detail: 'the body is larger than is read' };
  }
  if (RESET_CODES.has(code)) return { kind: 'reset', detail: whereItBroke(host, progress) };
  if (error instanceof Error && error.name === 'HTTPParserError') {
    // The parser's end-of-input error is a connection that ended early; its other errors are bad syntax.
    return error.message.includes('EOF')
      ? { kind: 'reset', detail: whereItBroke(host, progress) }
      : { kind: 'malformed', detail: error.message };
  }
  if (!progress.written) {
    return { kind: 'refused', detail: `no connection to ${host}: ${code}`, code };
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { kind: 'malformed', detail: 'the response headers are too large' };
  }
  return { kind: 'reset', detail: `${whereItBroke(host, progress)} (${code})` };
}

function whereItBroke(host: string, progress: ExchangeProgress): string {
  if (!progress.written) return `${host} closed the connection while it was being made`;
  if (!progress.answered) return 'connection closed before a response';
  const of = progress.promisedBytes === null ? '' : ` of ${progress.promisedBytes}`;
  return `connection closed in the middle of the body, after ${progress.receivedBytes}${of} bytes`;
}

/** A request that was given up at its deadline. */
export function deadlineFailure(requestMs: number, progress: ExchangeProgress): Failure {
  const within = `within the deadline of ${requestMs} ms`;
  if (!progress.written) return { kind: 'unsent', detail: `not sent ${within}` };
  const what = progress.answered
    ? `only ${progress.receivedBytes} bytes of the body`
    : 'no response';
  return { kind: 'timeout', detail: `${what} ${within}` };
}

/** What of a response's head its outcome depends on. */
export interface ResponseHead {
  readonly status: number;
  readonly location: string | null;
  readonly retryAfter: string | null;
}

/** How a response ended by its status alone: ok below 300, throttled for 429 and for 503 with a retry-after header. */
export function kindOfStatus(status: number, hasRetryAfter: boolean): 'ok' | 'http' | 'throttled' {
  if (status >= 200 && status < 300) return 'ok';
  return status === 429 || (status === 503 && hasRetryAfter) ? 'throttled' : 'http';
}

/** The outcome of a response with a status other than 2xx; nothing of the body but a JSON error's message. */
export function statusFailure(head: ResponseHead, body: Uint8Array): Failure {
  const { status, location, retryAfter } = head;
  if (status >= 300 && status < 400) {
    const to = location === null ? '' : ` (to ${withoutSecrets(location)})`;
    return { kind: 'http', detail: `HTTP ${status}: redirects are not followed${to}` };
  }
  const message = errorMessage(body);
  const detail = message === null ? `HTTP ${status}` : `HTTP ${status}: ${message}`;
  return kindOfStatus(status, retryAfter !== null) === 'throttled'
    ? { kind: 'throttled', detail, retryAfterMs: retryAfterMs(retryAfter, Date.now()) }
    : { kind: 'http', detail };
}

/** Milliseconds that a retry-after header asks for, in seconds or as a date; null where it cannot be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** A redirect's target without user, query and fragment, where tokens travel. */
function withoutSecrets(location: string): string {
  const url = URL.parse(location, 'http://same-host.invalid');
  if (url === null) return 'an unreadable location';
  return url.hostname === 'same-host.invalid' ? url.pathname : `${url.origin}${url.pathname}`;
}

/** `error`, `error.message` or `message` of a JSON error; null where there is none. */
function errorMessage(body: Uint8Array): string | null {
  const parsed = parseObject(body);
  if (parsed === null) return null;
  const { error, message } = parsed;
  if (typeof error === 'string') return error;
  if (isObject(error) && typeof error.message === 'string') return error.message;
  return typeof message === 'string' ? message : null;
}

function parseObject(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TLS_CODE =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Whether an error's code is of TLS: a certificate that is not trusted, or no TLS at the other end. */
export function isTlsCode(code: string | undefined): boolean {
  return code !== undefined && TLS_CODE.test(code);
}

/** The code of an error, or its name where it has none. */
export function codeOrNameOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown error';
}
