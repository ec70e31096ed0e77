import { UsageError } from '../../errors.ts';
import type { WireRequest } from '../dialect.ts';
import { oneLine } from './detail.ts';

/** One request in the form it is sent in, the client's own, so that it can be sent again and again without a copy. */
export interface PreparedRequest {
  readonly method: WireRequest['method'];
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | null;
}

/** Headers by lower-case name. */
export type HeaderList = readonly (readonly [string, string])[];

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
 * The one way a request is made ready. Headers by rising precedence: the suite's own (accept, accept-encoding,
 * user-agent), the dialect's, the configured ones; a dialect may name the content-type of a body of bytes.
 * @throws UsageError for a path, header or body that cannot be sent.
 */
export function prepareRequest(
  request: WireRequest,
  prefix: string,
  configured: HeaderList,
): PreparedRequest {
  const path = `${prefix}${request.path}`;
  if (!request.path.startsWith('/') || !PATH.test(path)) {
    throw unusable(`a dialect gave a path that cannot be sent: ${oneLine(request.path, 80)}`);
  }
  if (request.json !== undefined && request.bytes !== undefined) {
    throw unusable('a dialect gave a body of JSON and one of bytes');
  }
  const headers = new Map<string, string>([
    ['accept', 'application/json, */*;q=0.5'],
    ['accept-encoding', 'identity'],
    ['user-agent', 'retrieval-parity'],
  ]);
  const body = request.json === undefined ? bytesOf(request.bytes) : toJson(request.json);
  if (body !== null) {
    const type = request.json === undefined ? 'application/octet-stream' : 'application/json';
    headers.set('content-type', type);
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lower = name.toLowerCase();
    const namesType = lower === 'content-type' && request.bytes !== undefined;
    headers.set(lower, checkedHeader([name, value], namesType)[1]);
  }
  for (const [name, value] of configured) headers.set(name, value);
  return { method: request.method, path, headers: [...headers].flat(), body };
}

/**
 * A header that may be sent, its name in lower case.
 * @throws UsageError for one that the client sets itself, or that cannot be written.
 */
export function checkedHeader(
  [name, value]: readonly [string, string],
  mayNameType = false,
): [string, string] {
  const lower = name.toLowerCase();
  if (OWN_HEADERS.has(lower) && !mayNameType) {
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

/** The error for a request that a dialect gave and that cannot be sent. */
export function unusable(message: string, cause?: unknown): UsageError {
  return new UsageError('dialect-request', message, {
    hint: 'correct the encode function of the dialect',
    ...(cause === undefined ? {} : { cause }),
  });
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
