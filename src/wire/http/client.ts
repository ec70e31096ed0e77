import { Pool } from 'undici';
import { UsageError } from '../../errors.ts';
import type { WireReply, WireRequest } from '../dialect.ts';
import type { Outcome } from '../outcome.ts';
import { parseBackendUrl } from './backend-url.ts';
import { oneLine, type Redact, redactor } from './detail.ts';
import { type ExchangeLimits, exchange, type PreparedRequest } from './exchange.ts';
import type { Failure, Timeouts } from './failure.ts';

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
  /** Largest body of a response that is read, in bytes (default 64 MiB). */
  readonly maxBodyBytes?: number;
}

/** One HTTP/1.1 client of one backend: a request is sent once, redirects are not followed. */
export interface WireClient {
  /** The backend's URL, normalised, without a trailing slash. */
  readonly url: string;
  /** Takes secrets out of a text and cuts it to one line. */
  readonly toDetail: (text: string) => string;
  /**
   * Sends the requests of one operation one after the other, all under one deadline, and stops at the
   * first that fails. Bodies are written as JSON before the clock starts. Never rejects for what a
   * backend does.
   * @throws UsageError when a dialect asks for what cannot be sent: no request, a wrong path or header, no JSON.
   */
  sendWire(
    requests: readonly WireRequest[],
    signal?: AbortSignal,
  ): Promise<Outcome<readonly WireReply[]>>;
  /** Closes all connections at once; requests under way end as `aborted`. */
  close(): Promise<void>;
}

const DEFAULT_CONNECTIONS = 256;
const DEFAULT_CONNECT_MS = 2_000;
const DEFAULT_REQUEST_MS = 10_000;
const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Set by the client itself; anything else here would change what is measured or how it is read. */
const OWN_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PATH = /^\/[\x21-\x22\x24-\x7e]*$/;

/**
 * Opens a client for one backend; no connection is made before the first request.
 * @throws UsageError for a URL, header, limit or number of connections that cannot be used.
 */
export function openWireClient(options: WireClientOptions): WireClient {
  const { origin, host, prefix, url } = parseBackendUrl(options.url);
  const configured = Object.entries(options.headers ?? {}).map(checkedHeader);
  const redact: Redact = redactor(options.headers ?? {});
  const toDetail = (text: string): string => oneLine(redact(text));
  const timeouts = resolveTimeouts(options.timeouts ?? {});
  const limits: ExchangeLimits = {
    host,
    timeouts,
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES),
  };
  const pool = new Pool(origin, {
    connections: positive('connections', options.connections ?? DEFAULT_CONNECTIONS),
    pipelining: 1,
    allowH2: false,
    connectTimeout: timeouts.connectMs,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
  });

  const sendWire: WireClient['sendWire'] = async (requests, signal) => {
    if (requests.length === 0) throw unusable('a dialect gave no request to send');
    const prepared = requests.map((request) => prepare(request, prefix, configured));
    const replies: WireReply[] = [];
    let sizeBytes = 0;
    let startedMs: number | null = null;
    let status = 0;
    let endedMs = 0;
    for (const request of prepared) {
      const spentMs = startedMs === null ? 0 : performance.now() - startedMs;
      const remainingMs = timeouts.requestMs - spentMs;
      const exchanged = await exchange(pool, request, limits, remainingMs, signal);
      startedMs ??= exchanged.startedMs;
      endedMs = exchanged.endedMs;
      sizeBytes += exchanged.sizeBytes;
      if (isFailure(exchanged.result)) {
        const { kind, detail } = exchanged.result;
        return {
          kind,
          status: exchanged.status,
          detail: toDetail(detail),
          sizeBytes,
          timing: { startedMs, endedMs },
        };
      }
      status = exchanged.result.status;
      replies.push(exchanged.result);
    }
    return {
      kind: 'ok',
      value: replies,
      status,
      sizeBytes,
      timing: { startedMs: startedMs ?? endedMs, endedMs },
    };
  };

  return { url, toDetail, sendWire, close: () => pool.destroy() };
}

function isFailure(result: WireReply | Failure): result is Failure {
  return 'kind' in result;
}

function prepare(
  request: WireRequest,
  prefix: string,
  configured: readonly (readonly [string, string])[],
): PreparedRequest {
  const path = `${prefix}${request.path}`;
  if (!request.path.startsWith('/') || !PATH.test(path)) {
    throw unusable(`a dialect gave a path that cannot be sent: ${oneLine(request.path, 80)}`);
  }
  const headers = new Map<string, string>([
    ['accept', 'application/json, */*;q=0.5'],
    ['accept-encoding', 'identity'],
    ['user-agent', 'retrieval-parity'],
  ]);
  for (const entry of Object.entries(request.headers ?? {})) headers.set(...checkedHeader(entry));
  for (const [name, value] of configured) headers.set(name, value);
  if (request.json !== undefined && request.bytes !== undefined) {
    throw unusable('a dialect gave a body of JSON and one of bytes');
  }
  const body = request.json === undefined ? bytesOf(request.bytes) : toJson(request.json);
  if (body !== null) {
    const type = request.json === undefined ? 'application/octet-stream' : 'application/json';
    headers.set('content-type', type);
  }
  return { method: request.method, path, headers: [...headers].flat(), body };
}

function bytesOf(bytes: Uint8Array | undefined): Buffer | null {
  return bytes === undefined ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toJson(value: unknown): Buffer {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw unusable('a dialect gave a body that is no JSON', error);
  }
  if (text === undefined) throw unusable('a dialect gave a body that is no JSON');
  return Buffer.from(text);
}

function checkedHeader([name, value]: [string, string]): [string, string] {
  const lower = name.toLowerCase();
  if (OWN_HEADERS.has(lower)) {
    throw new UsageError('backend-header', `header ${lower} is set by the client itself`, {
      hint: 'take it out of headers',
    });
  }
  if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
    // The value may be a secret: only the name is shown.
    throw new UsageError('backend-header', `header ${oneLine(name, 60)} cannot be sent`, {
      hint: 'names are tokens, values have no line breaks or characters outside Latin-1',
    });
  }
  return [lower, value];
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

/** Timers take no more than a signed 32-bit number of milliseconds, and fire at once beyond it. */
const MAX_INTEGER = 2 ** 31 - 1;

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value <= MAX_INTEGER) return value;
  throw new UsageError('backend-options', `${name} must be a whole number above 0, got ${value}`, {
    hint: `give a number from 1 to ${MAX_INTEGER}`,
  });
}

function unusable(message: string, cause?: unknown): UsageError {
  return new UsageError('dialect-request', message, {
    hint: 'mend the encode function of the dialect',
    ...(cause === undefined ? {} : { cause }),
  });
}
