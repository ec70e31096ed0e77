/** What the machine and the driver's own thread were like during a trial. */
export interface DriverHealth {
  /** 99th percentile of the driver's lateness in milliseconds; null where nothing was sent. */
  readonly slipP99Ms: number | null;
  /** 99th percentile of the event loop's delay in milliseconds; null where it was not watched. */
  readonly loopDelayP99Ms: number | null;
  /** Share of the time the driver's thread had nothing to do, in [0,1]; null where it was not watched. */
  readonly headroom: number | null;
  readonly offeredPerSecond: number;
  readonly firedPerSecond: number | null;
  /** Share of the machine's CPU time that a hypervisor gave to others, in [0,1]; null where it is not known. */
  readonly steal: number | null;
}

/** From where on a trial says more about the driver than about the backend. */
export interface ValidityLimits {
  readonly slipMs: number;
  /** Share of the objective by which slip may spoil it. */
  readonly slipShareOfObjective: number;
  readonly loopDelayMs: number;
  readonly headroom: number;
  readonly achievedShare: number;
  readonly steal: number;
}

/** The limits every command uses. */
export const VALIDITY_LIMITS: ValidityLimits = {
  slipMs: 0.5,
  slipShareOfObjective: 0.1,
  loopDelayMs: 10,
  headroom: 0.05,
  achievedShare: 0.99,
  steal: 0.05,
};

/** Whether a trial may be judged at all; an invalid one is repeated, and never counts against a backend. */
export interface Validity {
  readonly valid: boolean;
  /** One sentence a broken limit. */
  readonly reasons: readonly string[];
}

/**
 * Judges the driver, never the backend. `objectiveMs` is the latency the trial is held against, null where
 * there is none.
 */
export function judgeValidity(
  health: DriverHealth,
  objectiveMs: number | null,
  limits: ValidityLimits = VALIDITY_LIMITS,
): Validity {
  const reasons: string[] = [];
  const slipLimitMs = Math.max(limits.slipMs, limits.slipShareOfObjective * (objectiveMs ?? 0));
  if (health.slipP99Ms !== null && health.slipP99Ms > slipLimitMs) {
    reasons.push(
      `requests left ${fixed(health.slipP99Ms)} ms late (p99, limit ${fixed(slipLimitMs)} ms)`,
    );
  }
  if (
    health.loopDelayP99Ms !== null &&
    health.loopDelayP99Ms > Math.max(limits.loopDelayMs, slipLimitMs)
  ) {
    reasons.push(`event loop delayed by ${fixed(health.loopDelayP99Ms)} ms (p99)`);
  }
  if (health.headroom !== null && health.headroom < limits.headroom) {
    reasons.push(`driver thread idle for only ${fixed(100 * health.headroom)}% of the time`);
  }
  const { firedPerSecond, offeredPerSecond } = health;
  if (firedPerSecond !== null && firedPerSecond < limits.achievedShare * offeredPerSecond) {
    reasons.push(
      `sent ${fixed(firedPerSecond)} of ${fixed(offeredPerSecond)} requests/s that were to be offered`,
    );
  }
  if (health.steal !== null && health.steal > limits.steal) {
    reasons.push(`${fixed(100 * health.steal)}% of the CPU was taken by the hypervisor`);
  }
  return { valid: reasons.length === 0, reasons };
}

function fixed(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
