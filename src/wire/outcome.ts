/**
 * How a request ended: `ok`, or
 * - `timeout`: written, and not answered in time; or no connection in time
 * - `unsent`: given up before it was written, for want of a free connection
 * - `refused`: no connection
 * - `reset`: the connection ended before the response did
 * - `throttled`: asked to come later: status 429, or 503 with a retry-after header
 * - `http`: any other status than 2xx
 * - `rejected`: answered with an error that is no HTTP status, e.g. an error of SQL
 * - `malformed`: a response that cannot be read
 * - `unsupported`: the backend cannot express the request; nothing was sent
 * - `aborted`: given up by the caller
 */
export const OUTCOME_KINDS = [
  'ok',
  'http',
  'rejected',
  'timeout',
  'refused',
  'reset',
  'malformed',
  'unsent',
  'throttled',
  'unsupported',
  'aborted',
] as const;

/** How a request ended. */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** When and how a request ran; all times are milliseconds of `performance.now()`. */
export interface Timing {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Why there is no answer, in one line without bodies or secrets. */
export interface Failed {
  readonly kind: Exclude<OutcomeKind, 'ok'>;
  readonly status: number | null;
  readonly detail: string;
  readonly sizeBytes: number;
  readonly timing: Timing;
  /** The client's or the system's own code of an error, e.g. `ECONNREFUSED`; absent where there was none. */
  readonly code?: string;
  /** How long a throttled request is asked to wait; null where the backend does not say. */
  readonly retryAfterMs?: number | null;
}

/** The answer, or why there is none. `status` of an answer is null where the backend has no such thing. */
export type Outcome<Value> =
  | {
      readonly kind: 'ok';
      readonly value: Value;
      readonly status: number | null;
      readonly sizeBytes: number;
      readonly timing: Timing;
    }
  | Failed;

/** Nothing was sent: both times are the moment it was found out. */
export function unsupported<Value>(detail: string): Outcome<Value> {
  const nowMs = performance.now();
  return {
    kind: 'unsupported',
    status: null,
    detail,
    sizeBytes: 0,
    timing: { startedMs: nowMs, endedMs: nowMs },
  };
}
