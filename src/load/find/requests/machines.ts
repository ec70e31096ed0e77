import type { MachineSeen } from '../../record/observed.ts';
import { judgeValidity, type Validity, type ValidityLimits } from './validity.ts';

/** Machines that begin further apart do not put one load together. */
const MOST_LATE_MS = 50;

/** The validity of a load that several machines put together: of each by itself, and none may be lost. */
export function judgeMachines(
  whole: Validity,
  machines: readonly MachineSeen[],
  objectiveMs: number | null,
  limits?: ValidityLimits,
): Validity {
  const reasons = machines.flatMap(({ name, health, lateMs, clockMs }) => {
    if (health === null) return [`the slice of ${name} was lost, and is never sent again`];
    const own = judgeValidity(health, objectiveMs, limits).reasons;
    const apart = Math.abs(lateMs ?? 0) + (clockMs ?? 0);
    const late = apart > MOST_LATE_MS ? [`began ${apart.toFixed(0)} ms from the agreed time`] : [];
    return [...own, ...late].map((reason) => `${name}: ${reason}`);
  });
  return { valid: whole.valid && reasons.length === 0, reasons: [...whole.reasons, ...reasons] };
}
