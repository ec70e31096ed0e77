import type { WholesaleFailure } from '../../gate/load/load-finding.ts';
import type { RampPlan } from '../plan.ts';
import type { ObservedPass } from '../record/observed.ts';
import type { LoadRecord } from '../recorder.ts';
import { driverHealth } from './requests/driver-health.ts';
import { wholesaleFailure } from './requests/failed-wholesale.ts';
import { judgeMachines } from './requests/machines.ts';
import { measuredRows, type RequestTally, tallyRequests } from './requests/request-tally.ts';
import { summarizeTrial, type TrialSummary } from './requests/summary.ts';
import { type DriverHealth, judgeValidity, type Validity } from './requests/validity.ts';

/** What one side did while the rate went through one window. */
export interface RampWindow {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly tally: RequestTally;
  /** Null where requests failed wholesale. */
  readonly summary: TrialSummary | null;
  readonly failed: WholesaleFailure | null;
}

/** One pass of one side. */
export interface PassFindings {
  /** 0 = incumbent, 1 = candidate. */
  readonly arm: 0 | 1;
  readonly windows: readonly RampWindow[];
  readonly health: DriverHealth;
  readonly validity: Validity;
}

const WINDOWS = 10;

/** What is found in one pass; answers have been read into `record`. */
export function passFindings(
  { arm, warmUpMs, driver, machines = [] }: ObservedPass,
  record: LoadRecord,
  ramp: RampPlan,
  objectiveMs: number | null,
): PassFindings {
  const health = driverHealth(record, driver);
  return {
    arm,
    windows: rampWindows(record, ramp, warmUpMs),
    health,
    validity: judgeMachines(judgeValidity(health, objectiveMs), machines, objectiveMs),
  };
}

/** Sums up equal stretches of time by intended time, so that a late request counts where it was meant to be sent. */
export function rampWindows(
  record: LoadRecord,
  { fromPerSecond, toPerSecond, durationMs }: RampPlan,
  warmUpMs: number,
  windows: number = WINDOWS,
): RampWindow[] {
  const rows = Array.from({ length: windows }, (): number[] => []);
  for (const row of measuredRows(record)) {
    const share = ((record.schedule.intendedMs[row] ?? 0) - warmUpMs) / durationMs;
    rows[Math.min(windows - 1, Math.floor(share * windows))]?.push(row);
  }
  const rateAt = (share: number) => fromPerSecond + share * (toPerSecond - fromPerSecond);
  return rows.map((of, window) => {
    const tally = tallyRequests(record, of);
    const failed = wholesaleFailure(record, of, tally);
    return {
      fromPerSecond: rateAt(window / windows),
      toPerSecond: rateAt((window + 1) / windows),
      tally,
      summary: failed === null ? summarizeTrial(record, of) : null,
      failed,
    };
  });
}
