import { MalformedReplyError } from '../dialect.ts';
import type { DriverFailure } from '../driver/driver.ts';
import { codeOf, driverFailureOf } from '../driver/failure.ts';

/** Errors of the library that mean an ended connection. */
const ENDED = new Set([
  'MongoNetworkError',
  'MongoPoolClearedError',
  'MongoPoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoTopologyClosedError',
]);
/** No server, no connection or no answer in time. */
const LATE = new Set(['MongoNetworkTimeoutError', 'MongoOperationTimeoutError']);

/**
 * What an error of MongoDB's library means; null where it says nothing. A server that is not found has what was tried
 * last as its cause.
 */
export function mongodbFailureOf(error: unknown): DriverFailure | null {
  if (!(error instanceof Error)) return null;
  const causes = causesOf(error);
  const detail = error.message;
  const malformed = causes.find((each) => each instanceof MalformedReplyError);
  if (malformed !== undefined) return { kind: 'malformed', detail: malformed.message };
  const network = causes.find((each) => codeOf(each) !== null);
  if (network !== undefined) {
    return { ...driverFailureOf(network), detail };
  }
  if (causes.some(({ name }) => LATE.has(name))) return { kind: 'timeout', detail };
  if (causes.some(({ name }) => ENDED.has(name))) return { kind: 'reset', detail };
  if (error.name === 'MongoServerSelectionError') {
    // Refused credentials and servers that are too old are found while one is looked for.
    return { kind: causes.length === 1 ? 'timeout' : 'rejected', detail };
  }
  const { codeName } = error as Error & { readonly codeName?: unknown };
  return typeof codeName === 'string' ? { kind: 'rejected', detail, code: codeName } : null;
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [error];
  for (let at = error.cause; at instanceof Error && causes.length < 8; at = at.cause) {
    causes.push(at);
  }
  return causes;
}
