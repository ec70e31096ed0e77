import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import type { DriverFailure } from './driver.ts';

const REFUSED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
]);
const RESET = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_SOCKET_CLOSED']);

/** What an error of a client library means as an outcome; what is not of the network was said by the backend. */
export function driverFailureOf(error: unknown): DriverFailure {
  if (error instanceof UnsupportedRequestError) {
    return { kind: 'unsupported', detail: error.message };
  }
  if (error instanceof MalformedReplyError) return { kind: 'malformed', detail: error.message };
  const [first] = error instanceof AggregateError ? error.errors : [];
  if (first !== undefined) return driverFailureOf(first);
  const detail = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === null) return { kind: 'rejected', detail };
  if (REFUSED.has(code)) return { kind: 'refused', detail, code };
  if (RESET.has(code)) return { kind: 'reset', detail, code };
  if (code === 'ETIMEDOUT') return { kind: 'timeout', detail, code };
  return { kind: 'rejected', detail, code };
}

/** The code of an error; null where it has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
