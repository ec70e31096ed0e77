import { measuredRows } from '../judge/books.ts';
import { blockOrder } from '../judge/interleave.ts';
import { summarizeTrial, type TrialSummary } from '../judge/summary.ts';
import { type DriverHealth, judgeValidity, type Validity } from '../judge/validity.ts';
import {
  type ArrivalProcess,
  buildSchedule,
  type Schedule,
  warmUpDurationMs,
} from '../pace/schedule.ts';
import type { LoadRecord } from '../recorder.ts';
import type { LoadSide } from './rung.ts';
import { type DriverOptions, runSchedule } from './trial.ts';

/** How both sides are taken from one rate to another. */
export interface RampOptions extends DriverOptions {
  readonly sides: readonly [LoadSide, LoadSide];
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
  /** Equal stretches of time that are summed up apart. */
  readonly windows: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  readonly objectiveMs: number | null;
  /** At the mean rate; by default what that rate asks for. */
  readonly warmUpMs?: number;
}

/** What one side did while the rate went through one window. */
export interface RampWindow {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly summary: TrialSummary;
}

/** One pass of one side. */
export interface RampPass {
  /** 0 = incumbent, 1 = candidate. */
  readonly arm: 0 | 1;
  readonly windows: readonly RampWindow[];
  readonly health: DriverHealth;
  readonly validity: Validity;
  readonly record: LoadRecord;
}

/**
 * Takes both sides from one rate to another, each twice in seeded ABBA or BAAB order with the same schedule,
 * so that a drift of the machine meets both. Passes that an interruption cut short are left out.
 */
export async function runRamp(options: RampOptions): Promise<RampPass[]> {
  const passes: RampPass[] = [];
  const warmUpMs = options.warmUpMs ?? warmUpDurationMs(meanRate(options));
  const schedule = rampSchedule(options, warmUpMs);
  for (const arm of blockOrder(2, options.seed)) {
    const { record, health } = await runSchedule([options.sides[arm].arm], schedule, options);
    if (options.signal?.aborted === true) break;
    passes.push({
      arm,
      windows: rampWindows(record, options, warmUpMs),
      health,
      validity: judgeValidity(health, options.objectiveMs),
      record,
    });
  }
  return passes;
}

function meanRate({ fromPerSecond, toPerSecond }: RampOptions): number {
  return (fromPerSecond + toPerSecond) / 2;
}

/** A warm-up at the mean rate, which is discarded, then a straight line to the last. */
export function rampSchedule(options: RampOptions, warmUpMs: number): Schedule {
  const { fromPerSecond, toPerSecond, durationMs } = options;
  const mean = meanRate(options);
  return buildSchedule({
    segments: [
      ...(warmUpMs > 0 ? [{ durationMs: warmUpMs, fromPerSecond: mean, toPerSecond: mean }] : []),
      { durationMs, fromPerSecond, toPerSecond },
    ],
    process: options.process,
    seed: options.seed,
    queryCount: options.sides[0].arm.exchanges.length,
    warmUpMs,
  });
}

/** Sums up each window by intended time, so that a late request counts where it was meant to be sent. */
export function rampWindows(
  record: LoadRecord,
  options: Pick<RampOptions, 'fromPerSecond' | 'toPerSecond' | 'durationMs' | 'windows'>,
  warmUpMs: number,
): RampWindow[] {
  const { fromPerSecond, toPerSecond, durationMs, windows } = options;
  const rows = Array.from({ length: windows }, (): number[] => []);
  for (const row of measuredRows(record)) {
    const share = ((record.schedule.intendedMs[row] ?? 0) - warmUpMs) / durationMs;
    rows[Math.min(windows - 1, Math.floor(share * windows))]?.push(row);
  }
  const rateAt = (share: number) => fromPerSecond + share * (toPerSecond - fromPerSecond);
  return rows.map((of, window) => ({
    fromPerSecond: rateAt(window / windows),
    toPerSecond: rateAt((window + 1) / windows),
    summary: summarizeTrial(record, of),
  }));
}
