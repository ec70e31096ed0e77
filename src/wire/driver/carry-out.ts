import { UsageError } from '../../errors.ts';
import { oneLine } from '../http/detail.ts';
import type { Failed, Outcome } from '../outcome.ts';
import type { Driver, DriverFailure } from './driver.ts';
import { driverFailureOf } from './failure.ts';

/** What ends every operation of one backend. */
export interface Ending {
  readonly requestMs: number;
  /** Aborted when the backend is closed. */
  readonly closed: AbortSignal;
  readonly failureOf: Driver['failureOf'];
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
}

type Settled<Value> =
  | { readonly value: Value }
  | { readonly failure: Omit<DriverFailure, 'kind'> & Pick<Failed, 'kind'> };

/**
 * Carries out one operation of a client library: once, under a deadline, ended by the caller's signal and by
 * `close`. The outcome settles as soon as one of them does, whatever the library still does; an answer that
 * came after the deadline, since it blocked the thread, is a timeout as well.
 * @throws UsageError only: a mistake in how the backend was named.
 */
export async function carryOut<Value>(
  { requestMs, closed, failureOf, hide }: Ending,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Outcome<Value>> {
  const startedMs = performance.now();
  const late = {
    kind: 'timeout',
    detail: `no answer within the deadline of ${requestMs} ms`,
  } as const;
  const givenUp = (): Settled<never> | null => {
    if (closed.aborted) return { failure: { kind: 'aborted', detail: 'the backend was closed' } };
    if (caller?.aborted !== true) return null;
    return { failure: { kind: 'aborted', detail: 'aborted by the caller' } };
  };
  const before = givenUp();
  const limits = { requestMs, late, hide };
  if (before !== null) return outcomeOf<Value>(before, startedMs, limits);
  const stop = new AbortController();
  const ended = Promise.withResolvers<Settled<never>>();
  const onAbort = (): void => ended.resolve(givenUp() ?? { failure: late });
  const deadline = setTimeout(onAbort, requestMs);
  caller?.addEventListener('abort', onAbort);
  closed.addEventListener('abort', onAbort);
  const worked = work(stop.signal).then(
    (value): Settled<Value> => ({ value }),
    (error: unknown): Settled<Value> => {
      if (error instanceof UsageError) throw error;
      return { failure: failureOf?.(error) ?? driverFailureOf(error) };
    },
  );
  try {
    const settled = await Promise.race([worked, ended.promise]);
    return outcomeOf(settled, startedMs, limits);
  } finally {
    clearTimeout(deadline);
    caller?.removeEventListener('abort', onAbort);
    closed.removeEventListener('abort', onAbort);
    // What lost the race may still fail, and nobody waits for it.
    worked.catch(() => {});
    stop.abort();
  }
}

interface OutcomeLimits extends Pick<Ending, 'requestMs' | 'hide'> {
  readonly late: Pick<Failed, 'kind' | 'detail'>;
}

function outcomeOf<Value>(
  settled: Settled<Value>,
  startedMs: number,
  { requestMs, late, hide }: OutcomeLimits,
): Outcome<Value> {
  const timing = { startedMs, endedMs: performance.now() };
  const none = { status: null, sizeBytes: 0, timing };
  if ('value' in settled) {
    if (timing.endedMs - startedMs > requestMs) return { ...none, ...late };
    return { ...none, kind: 'ok', value: settled.value };
  }
  const { kind, detail, code } = settled.failure;
  return { ...none, kind, detail: oneLine(hide(detail)), ...(code === undefined ? {} : { code }) };
}
