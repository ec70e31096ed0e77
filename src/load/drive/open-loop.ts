import type { AnswerVariants } from '../answers/answers.ts';
import type { ReplyHandler, Transport } from '../connections/transport.ts';
import { createDeadlineSweep, SWEEP_EVERY_MS } from '../pace/deadlines.ts';
import { type Clock, type PaceMode, type PacingReport, pace, systemClock } from '../pace/pacer.ts';
import type { Schedule } from '../pace/schedule.ts';
import { createRecord, type LoadRecord, OUTCOME_CODE } from '../recorder.ts';

/** What an open loop is carried out with. */
export interface OpenLoopOptions {
  readonly schedule: Schedule;
  /** Makes the transport of every arm, given where it reports to; index = arm of the schedule. */
  readonly connect: (handler: ReplyHandler) => Promise<readonly Transport[]>;
  /** Milliseconds after the intended time at which a request is given up. */
  readonly deadlineMs: number;
  readonly mode?: PaceMode;
  readonly clock?: Clock;
  /** RequestTally the bodies of each arm are compared with; index = arm. Without one, bodies are not looked at. */
  readonly answers?: readonly (AnswerVariants | undefined)[];
  readonly signal?: AbortSignal;
}

/** A finished open loop: every row ended, one way or another. */
export interface OpenLoopResult {
  readonly record: LoadRecord;
  readonly pacing: PacingReport;
  /** Milliseconds from the start until the last request ended. */
  readonly elapsedMs: number;
}

/**
 * Sends a schedule whatever the backend does: latency counts from the intended time, and every scheduled
 * request ends in the record, the late and the lost among them.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { schedule, deadlineMs, signal } = options;
  const clock = options.clock ?? systemClock;
  const record = createRecord(schedule);
  const { count, intendedMs } = schedule;
  let startedMs = 0;
  let activity = 0;
  let firedCount = 0;
  let endedCount = 0;
  let stopSweeping = () => {};
  const drained = Promise.withResolvers<void>();

  const handler: ReplyHandler = {
    onWritten(row, atMs) {
      record.writtenMs[row] = atMs - startedMs;
    },
    onFirstByte(row, status, atMs) {
      activity++;
      record.firstByteMs[row] = atMs - startedMs;
      record.status[row] = status;
    },
    onEnd(row, outcome, atMs, body) {
      activity++;
      if (record.outcome[row] !== OUTCOME_CODE.pending) return;
      record.endMs[row] = atMs - startedMs;
      record.outcome[row] = OUTCOME_CODE[outcome];
      record.sizeBytes[row] = body.sizeBytes;
      endedCount++;
      const variants = options.answers?.[schedule.arm[row] ?? 0];
      if (outcome === 'ok' && variants !== undefined) {
        record.variant[row] = variants.look(schedule.query[row] ?? 0, body.bytes());
      }
      if (endedCount === count) drained.resolve();
    },
  };

  const transports = await options.connect(handler);
  const transportOf = (row: number): Transport => {
    const transport = transports[schedule.arm[row] ?? 0];
    if (transport === undefined) throw new RangeError(`no transport for arm ${schedule.arm[row]}`);
    return transport;
  };
  const expire = (row: number) => transportOf(row).cancel(row);
  const deadlines = createDeadlineSweep(intendedMs, record.outcome, deadlineMs);
  const sweep = () => {
    deadlines.sweep(clock.now() - startedMs, firedCount, expire);
    for (const transport of transports) transport.tick();
    stopSweeping = clock.after(SWEEP_EVERY_MS, sweep);
  };

  startedMs = clock.now();
  stopSweeping = clock.after(SWEEP_EVERY_MS, sweep);
  try {
    const pacing = await pace({
      intendedMs,
      mode: options.mode ?? 'precise',
      clock,
      startedMs,
      fire(row, nowMs) {
        activity++;
        firedCount = row + 1;
        record.firedMs[row] = nowMs;
        transportOf(row).send(row, schedule.query[row] ?? 0);
      },
      activity: () => activity,
      ...(signal === undefined ? {} : { signal }),
    });
    if (signal?.aborted !== true && endedCount < count) await untilAborted(drained.promise, signal);
    if (signal?.aborted === true) giveUpPending(record, firedCount, expire);
    return { record, pacing, elapsedMs: clock.now() - startedMs };
  } finally {
    stopSweeping();
  }
}

/** Ends what an interrupted run left: in flight at its age, never fired as unsent. */
function giveUpPending(
  record: LoadRecord,
  firedCount: number,
  expire: (row: number) => void,
): void {
  for (let row = 0; row < record.outcome.length; row++) {
    if (record.outcome[row] !== OUTCOME_CODE.pending) continue;
    if (row < firedCount) expire(row);
    else record.outcome[row] = OUTCOME_CODE.unsent;
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([work, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
}
