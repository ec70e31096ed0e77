import type { AnswerVariants } from '../answers/answers.ts';
import type { ReplyHandler, Transport } from '../connections/transport.ts';
import { createDeadlineSweep, SWEEP_EVERY_MS } from '../pace/deadlines.ts';
import { type Clock, systemClock } from '../pace/pacer.ts';
import { queryRounds, type Schedule } from '../pace/schedule.ts';
import { createRecord, cutRecord, type LoadRecord, OUTCOME_CODE } from '../recorder.ts';

/** What a closed loop is carried out with. */
export interface ClosedLoopOptions {
  /** Requests kept in flight. */
  readonly concurrency: number;
  /** New requests are sent for this long; those in flight then are waited for. */
  readonly durationMs: number;
  /** Requests sent before this time are not measured. */
  readonly warmUpMs?: number;
  /** Sent at most; the loop ends early where it is reached. */
  readonly maxRequests?: number;
  readonly queryCount: number;
  readonly seed: number;
  /** Makes the one transport, which must not queue: as many connections as requests in flight. */
  readonly connect: (handler: ReplyHandler) => Promise<Transport>;
  readonly deadlineMs: number;
  readonly clock?: Clock;
  readonly answers?: AnswerVariants;
  readonly signal?: AbortSignal;
}

/**
 * A finished closed loop. It has no intended times: a slow backend slows the questions down with it,
 * so its times are service times and say nothing of what a user with a schedule of their own would see.
 */
export interface ClosedLoopResult {
  readonly kind: 'service time only';
  readonly record: LoadRecord;
  /** Requests that ended ok in the measured time. */
  readonly okCount: number;
  readonly measuredMs: number;
  /** The one over the other, per second. */
  readonly throughputPerSecond: number;
}

const MAX_REQUESTS_PER_MS = 80;

/** Keeps `concurrency` requests in flight, the next one sent as soon as one ends. */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const { concurrency, durationMs, signal } = options;
  const clock = options.clock ?? systemClock;
  const warmUpMs = options.warmUpMs ?? 0;
  const capacity = options.maxRequests ?? Math.ceil(durationMs * MAX_REQUESTS_PER_MS);
  const record = createRecord(
    emptySchedule(capacity, options.queryCount, options.seed, durationMs),
  );
  const { schedule } = record;
  const drained = Promise.withResolvers<void>();
  let startedMs = 0;
  let sentCount = 0;
  let endedCount = 0;
  let measuredOk = 0;
  let stopSweeping = () => {};
  let stopping = false;

  const sendNext = (nowMs: number) => {
    const row = sentCount++;
    schedule.intendedMs[row] = nowMs;
    schedule.measured[row] = nowMs >= warmUpMs ? 1 : 0;
    record.firedMs[row] = nowMs;
    transport.send(row, schedule.query[row] ?? 0);
  };
  const handler: ReplyHandler = {
    onWritten(row, atMs) {
      record.writtenMs[row] = atMs - startedMs;
    },
    onFirstByte(row, status, atMs) {
      record.firstByteMs[row] = atMs - startedMs;
      record.status[row] = status;
    },
    onEnd(row, outcome, atMs, body) {
      if (record.outcome[row] !== OUTCOME_CODE.pending) return;
      const nowMs = atMs - startedMs;
      record.endMs[row] = nowMs;
      record.outcome[row] = OUTCOME_CODE[outcome];
      record.sizeBytes[row] = body.sizeBytes;
      endedCount++;
      if (outcome === 'ok') {
        if (nowMs >= warmUpMs && nowMs < durationMs) measuredOk++;
        if (options.answers !== undefined) {
          record.variant[row] = options.answers.look(schedule.query[row] ?? 0, body.bytes());
        }
      }
      if (nowMs >= durationMs || sentCount >= capacity) stopping = true;
      if (!stopping) {
        // An arm that fails at once must not be asked again without a turn of the event loop between.
        if (outcome === 'ok' || outcome === 'http' || outcome === 'throttled') sendNext(nowMs);
        else clock.soon(() => (stopping ? checkDrained() : sendNext(clock.now() - startedMs)));
      } else checkDrained();
    },
  };
  const checkDrained = () => {
    if (stopping && endedCount === sentCount) drained.resolve();
  };

  const transport = await options.connect(handler);
  const deadlines = createDeadlineSweep(schedule.intendedMs, record.outcome, options.deadlineMs);
  const sweep = () => {
    const nowMs = clock.now() - startedMs;
    deadlines.sweep(nowMs, sentCount, (row) => transport.cancel(row));
    transport.tick();
    if (nowMs >= durationMs) stopping = true;
    checkDrained();
    stopSweeping = clock.after(SWEEP_EVERY_MS, sweep);
  };
  const onAbort = () => {
    stopping = true;
    for (let row = 0; row < sentCount; row++) {
      if (record.outcome[row] === OUTCOME_CODE.pending) transport.cancel(row);
    }
    checkDrained();
  };

  startedMs = clock.now();
  stopSweeping = clock.after(SWEEP_EVERY_MS, sweep);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for (let index = 0; index < concurrency && index < capacity; index++) {
      sendNext(clock.now() - startedMs);
    }
    await drained.promise;
  } finally {
    stopSweeping();
    signal?.removeEventListener('abort', onAbort);
  }
  const endedMs = Math.min(durationMs, lastOf(record.endMs, sentCount));
  return {
    kind: 'service time only',
    record: cutRecord(record, sentCount, endedMs),
    okCount: measuredOk,
    measuredMs: endedMs - warmUpMs,
    throughputPerSecond: measuredOk / ((endedMs - warmUpMs) / 1000),
  };
}

function emptySchedule(
  count: number,
  queryCount: number,
  seed: number,
  durationMs: number,
): Schedule {
  return {
    count,
    intendedMs: new Float64Array(count),
    query: queryRounds(queryCount, count, seed),
    arm: new Uint8Array(count),
    block: new Int32Array(count),
    measured: new Uint8Array(count),
    durationMs,
  };
}

function lastOf(times: Float64Array, count: number): number {
  let last = 0;
  for (let row = 0; row < count; row++) last = Math.max(last, times[row] ?? 0);
  return last;
}
