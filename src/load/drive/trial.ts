import type { AnswerVariants } from '../answers/answers.ts';
import {
  type ConnectionLimits,
  ConnectionStack,
  DEFAULT_LIMITS,
  type RequestTarget,
} from '../connections/connection-stack.ts';
import type { ReplyHandler } from '../connections/transport.ts';
import { driverHealth } from '../find/requests/driver-health.ts';
import { measuredRows } from '../find/requests/request-tally.ts';
import { backlogSlope, summarizeTrial, type TrialSummary } from '../find/requests/summary.ts';
import type { DriverHealth } from '../find/requests/validity.ts';
import { watchMachine } from '../machine.ts';
import type { PaceMode } from '../pace/pacer.ts';
import {
  type ArrivalProcess,
  buildSchedule,
  type Schedule,
  warmUpDurationMs,
} from '../pace/schedule.ts';
import type { DriverSeen } from '../record/observed.ts';
import type { LoadRecord } from '../recorder.ts';
import { type ClosedLoopResult, runClosedLoop } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';

/** One stream of requests. */
export interface LoadArm extends RequestTarget {
  /** Where its answers are compared and kept; without one, bodies are not looked at. */
  readonly answers?: AnswerVariants;
}

/** What every kind of trial has in common. */
export interface DriverOptions {
  /** Milliseconds after the intended time at which a request is given up. */
  readonly deadlineMs?: number;
  readonly mode?: PaceMode;
  readonly limits?: ConnectionLimits;
  readonly signal?: AbortSignal;
  /** Waited for between connecting and the first request: several machines begin together. */
  readonly beforeStart?: () => Promise<void>;
}

/** Deadline where none is given, in milliseconds. */
export const DEFAULT_DEADLINE_MS = 10_000;

/** What a schedule brought, before anything is made of it. */
export interface ScheduleRun {
  readonly record: LoadRecord;
  readonly driver: DriverSeen;
  readonly health: DriverHealth;
  /** The most connections open at once, an arm. */
  readonly peakConnections: readonly number[];
}

/**
 * Sends a schedule over pre-connected stacks, one an arm, and watches the driver meanwhile.
 * @throws InfrastructureError where an arm cannot be connected to at all.
 */
export async function runSchedule(
  arms: readonly LoadArm[],
  schedule: Schedule,
  options: DriverOptions = {},
): Promise<ScheduleRun> {
  const stacks: ConnectionStack[] = [];
  const connect = async (handler: ReplyHandler) => {
    for (const arm of arms) {
      const stack = new ConnectionStack(arm, handler, options.limits ?? DEFAULT_LIMITS);
      stacks.push(stack);
      await stack.open();
    }
    return stacks;
  };
  const tally = arms.map((arm) => arm.answers);
  let watch = watchMachine();
  try {
    const { record, pacing } = await runOpenLoop({
      schedule,
      connect: async (handler) => {
        const transports = await connect(handler);
        await options.beforeStart?.();
        watch.stop();
        watch = watchMachine();
        return transports;
      },
      deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
      ...(options.mode === undefined ? {} : { mode: options.mode }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      answers: tally,
    });
    const seen = watch.stop();
    const driver = {
      loopDelayP99Ms: seen.loopDelayP99Ms,
      headroom: Math.min(1, (pacing.idleSpinMs + seen.sleptMs) / seen.elapsedMs),
      steal: seen.steal,
    };
    return {
      record,
      driver,
      health: driverHealth(record, driver),
      peakConnections: stacks.map((stack) => stack.peakConnections),
    };
  } finally {
    for (const stack of stacks) stack.close();
  }
}

/** An open-loop trial of one arm at one rate. */
export interface TrialOptions extends DriverOptions {
  readonly arms: readonly [LoadArm];
  readonly ratePerSecond: number;
  /** Measured time in milliseconds; the warm-up comes before. */
  readonly durationMs: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  /** By default what `warmUpDurationMs` says. */
  readonly warmUpMs?: number;
}

/** What one arm did at one rate. */
export interface Trial {
  readonly record: LoadRecord;
  /** Rows of the record that are measured. */
  readonly rows: readonly number[];
  readonly summary: TrialSummary;
  readonly driver: DriverSeen;
  readonly health: DriverHealth;
  readonly backlogPerSecond: number | null;
  readonly peakConnections: number;
}

/** Warms up at the target rate, then measures; all of it in one schedule, parted by intended time. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const [arm] = options.arms;
  const warmUpMs = options.warmUpMs ?? warmUpDurationMs(options.ratePerSecond);
  const schedule = buildSchedule({
    segments: [
      {
        durationMs: warmUpMs + options.durationMs,
        fromPerSecond: options.ratePerSecond,
        toPerSecond: options.ratePerSecond,
      },
    ],
    process: options.process,
    seed: options.seed,
    queryCount: arm.exchanges.length,
    warmUpMs,
  });
  const { record, driver, health, peakConnections } = await runSchedule([arm], schedule, options);
  const rows = measuredRows(record);
  return {
    record,
    rows,
    summary: summarizeTrial(record, rows),
    driver,
    health,
    backlogPerSecond: backlogSlope(record, rows),
    peakConnections: peakConnections[0] ?? 0,
  };
}

/** A closed loop of one arm. */
export interface ClosedTrialOptions extends DriverOptions {
  readonly arm: LoadArm;
  readonly concurrency: number;
  readonly durationMs: number;
  readonly warmUpMs?: number;
  readonly maxRequests?: number;
  readonly seed: number;
}

/** Keeps `concurrency` connections busy, one request each; service time only. */
export async function runClosedTrial(options: ClosedTrialOptions): Promise<ClosedLoopResult> {
  const { arm, concurrency } = options;
  const stacks: ConnectionStack[] = [];
  try {
    return await runClosedLoop({
      concurrency,
      durationMs: options.durationMs,
      warmUpMs: options.warmUpMs ?? 0,
      ...(options.maxRequests === undefined ? {} : { maxRequests: options.maxRequests }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(arm.answers === undefined ? {} : { answers: arm.answers }),
      queryCount: arm.exchanges.length,
      seed: options.seed,
      deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
      connect: async (handler) => {
        const stack = new ConnectionStack(arm, handler, {
          initial: concurrency,
          max: concurrency,
          growthPerTick: concurrency,
        });
        stacks.push(stack);
        await stack.open();
        return stack;
      },
    });
  } finally {
    for (const stack of stacks) stack.close();
  }
}
